/** What a member on `@platformatic/kafka` tells of its positions when the library moves one by itself; the library is a stream that does what the test wants. */
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { MemberListener, MemberOptions } from '../../harness/clients/driver.ts'
import { beginAssignment } from '../../harness/clients/platformatic/assignment.ts'
import type { Membership, RawConsumer } from '../../harness/clients/platformatic/member.ts'

const options: MemberOptions = {
  clientId: 'c', bootstrap: [], group: 'billing', topics: ['orders'], sessionTimeoutMs: 6000, rebalanceProtocol: 'classic', isolation: 'read_uncommitted', autoCommitIntervalMs: undefined
}
const orders = { topic: 'orders', partition: 0 }
const key = 'orders:0'

const opened = async (more: Partial<MemberOptions> = {}) => {
  const told: string[] = []
  const asked: unknown[] = []
  const [offsetsToFetch, offsetsCommitted] = [new Map<string, bigint>(), new Map<string, bigint>()]
  const stream = Object.assign(new Readable({ objectMode: true, read: () => undefined }), { offsetsToFetch, offsetsCommitted })
  const consumer = { generationId: 1, consume: async (question: unknown) => { asked.push(question); return Promise.resolve(stream) } }
  const listener = {
    assigned: () => { told.push('assigned') },
    positioned: (_: unknown, position: number) => { told.push(`positioned ${position}`) },
    revoked: () => { told.push('revoked') },
    sought: (_: unknown, offset: number) => { told.push(`sought ${offset}`) },
    failed: (error: string) => { told.push(`failed ${error}`) },
    batch: async ({ records }: Parameters<MemberListener['batch']>[0], control: Parameters<MemberListener['batch']>[1]) => {
      told.push(`batch ${records.map(({ offset }) => offset).join(',')}`)
      control.done(records.at(-1)?.offset ?? 0)
      await Promise.resolve()
    }
  }
  const assignment = beginAssignment({ options: { ...options, ...more }, listener } as unknown as Membership, consumer as unknown as RawConsumer, [orders])
  await expect.poll(() => stream.listenerCount('readable')).toBe(1)

  return {
    told, asked, assignment,
    /** What it asked the cluster for, or was told to take instead. */
    takes: (offset: number) => {
      offsetsToFetch.set(key, BigInt(offset))
      offsetsCommitted.set(key, BigInt(offset))
      stream.emit('offsets')
    },
    fetches: (...offsets: readonly number[]) => {
      for (const offset of offsets) {
        offsetsToFetch.set(key, BigInt(offset + 1))
        stream.push({ ...orders, offset: BigInt(offset), leaderEpoch: 0, value: Buffer.from('a') })
      }
    }
  }
}

test.each([[undefined, 'earliest'], ['earliest', 'earliest'], ['latest', 'latest'], ['none', 'fail']] as const)('the reset policy %s is its %s', async (reset, fallbackMode) => {
  const { asked, assignment } = await opened(reset === undefined ? {} : { reset })
  assignment.end()

  expect(asked).toEqual([expect.objectContaining({ mode: 'committed', fallbackMode })])
})

test('a committed offset that was out of range is where it begins, and the jump from there is a seek', async () => {
  const { told, takes, fetches, assignment } = await opened()
  takes(100)
  takes(40)
  fetches(40, 41)
  await expect.poll(() => told.length).toBe(4)
  assignment.end()

  expect(told).toEqual(['assigned', 'positioned 100', 'sought 40', 'batch 40,41', 'revoked'])
})

test.each([['forward', 9], ['back', 0]])('a jump %s comes between what was fetched before it and after it', async (_, target) => {
  const { told, takes, fetches, assignment } = await opened({ reset: 'latest' })
  takes(4)
  fetches(4, 5)
  takes(target)
  fetches(target, target + 1)
  await expect.poll(() => told.at(-1)).toBe(`batch ${target},${target + 1}`)
  assignment.end()

  expect(told).toEqual(['assigned', 'positioned 4', 'batch 4,5', `sought ${target}`, `batch ${target},${target + 1}`, 'revoked'])
})

test('nothing was sought where the log goes on without a jump, and a jump that the library does not tell of is none of its resets', async () => {
  const { told, takes, fetches, assignment } = await opened()
  takes(4)
  fetches(4)
  takes(5)
  fetches(5)
  await expect.poll(() => told.at(-1)).toContain('5')
  fetches(8)
  await expect.poll(() => told.at(-1)).toBe('batch 8')
  assignment.end()

  expect(told.filter(line => line.startsWith('sought'))).toEqual([])
})

test('a return to what is committed is none of its resets: what comes again is told as it is', async () => {
  const { told, takes, fetches, assignment } = await opened()
  takes(4)
  fetches(4, 5)
  takes(4)
  fetches(4)
  await expect.poll(() => told.at(-1)).toBe('batch 4,5,4')
  assignment.end()

  expect(told.filter(line => line.startsWith('sought'))).toEqual([])
})

test('nor is any step back where the library commits by itself', async () => {
  const { told, takes, fetches, assignment } = await opened({ autoCommitIntervalMs: 1000 })
  takes(4)
  fetches(4, 5, 6)
  takes(5)
  fetches(5)
  await expect.poll(() => told.at(-1)).toBe('batch 4,5,6,5')
  assignment.end()

  expect(told.filter(line => line.startsWith('sought'))).toEqual([])
})
