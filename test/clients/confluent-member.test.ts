/** A member on a librdkafka that does what it is told to: rebalances, commits and steps back in an order that a cluster rarely shows. */
import { describe, expect, test } from 'vitest'
import type { BatchControl, DeliveredBatch, MemberClient, MemberListener, MemberOptions } from '../../harness/clients/driver.ts'
import type { Library, LogLine, RawMessage, RawOffset } from '../../harness/clients/confluent/library.ts'
import { openMember } from '../../harness/clients/confluent/member.ts'
import { partitionKey } from '../../harness/clients/partition-key.ts'
import type { TopicPartition } from '../../harness/model/recorder.ts'

type Rebalanced = (error: { readonly code: number }, partitions: readonly TopicPartition[]) => void
type Committed = (error: unknown, offsets: readonly RawOffset[]) => void

const orders = (partition: number): TopicPartition => ({ topic: 'orders', partition })
const message = (partition: number, offset: number): RawMessage => ({ ...orders(partition), offset, value: Buffer.from('a') })

const brings = (first: () => void, ...messages: readonly RawMessage[]): readonly RawMessage[] => {
  first()

  return messages
}

/** Each poll takes the next step: what it does, and brings. */
const fakeConsumer = (steps: readonly (() => readonly RawMessage[])[], committed: readonly RawOffset[] = [], refused?: Error) => {
  const calls: string[] = []
  const left = [...steps]
  let rebalanced: Rebalanced = () => undefined
  let autoCommitted: Committed = () => undefined
  let log: (line: LogLine) => void = () => undefined
  const named = (offsets: readonly RawOffset[]): string => offsets.map(offset => `${partitionKey(offset)}${offset.offset === undefined ? '' : `@${offset.offset}`}`).join(' ')
  const consumer = {
    connect: (_options: unknown, done: (error: null) => void) => { done(null) },
    on: (_event: string, listener: (line: LogLine) => void) => { log = listener },
    subscribe: () => undefined,
    setDefaultConsumeTimeout: () => undefined,
    setDefaultIsTimeoutOnlyForFirstMessage: () => undefined,
    consume: (_most: number, done: (error: null, messages: readonly RawMessage[]) => void) => {
      const step = left.shift()
      setTimeout(() => { done(null, step?.() ?? []) }, step === undefined ? 5 : 0)
    },
    committed: (_partitions: unknown, _timeout: number, done: (error: null, found: readonly RawOffset[]) => void) => { done(null, committed) },
    commitSync: (offsets: readonly RawOffset[]) => {
      calls.push(`commit ${named(offsets)}`)
      if (refused !== undefined) throw refused
    },
    offsetsStore: (offsets: readonly RawOffset[]) => { calls.push(`store ${named(offsets)}`) },
    seek: (offset: RawOffset, _timeout: number, done: (error: null) => void) => { calls.push(`seek ${named([offset])}`); done(null) },
    pause: (partitions: readonly TopicPartition[]) => { if (partitions.length > 0) calls.push(`pause ${named(partitions)}`) },
    resume: (partitions: readonly TopicPartition[]) => { if (partitions.length > 0) calls.push(`resume ${named(partitions)}`) },
    assign: (offsets: readonly RawOffset[]) => { calls.push(`assign ${named(offsets)}`) },
    unassign: () => { calls.push('unassign') },
    rebalanceProtocol: () => 'EAGER',
    disconnect: (done: () => void) => { done() }
  }
  const library = {
    KafkaConsumer: function KafkaConsumer(settings: { readonly rebalance_cb: Rebalanced, readonly offset_commit_cb: Committed }) {
      rebalanced = settings.rebalance_cb
      autoCommitted = settings.offset_commit_cb

      return consumer
    }
  } as unknown as Library

  return {
    library, calls,
    assign: (...partitions: readonly number[]) => { rebalanced({ code: -175 }, partitions.map(orders)) },
    revoke: (...partitions: readonly number[]) => { rebalanced({ code: -174 }, partitions.map(orders)) },
    commit: (error: unknown, offset: RawOffset) => { autoCommitted(error, [offset]) },
    log: (text: string) => { log({ fac: 'OFFSET', message: `[thrd:main]: ${text}` }) },
    left: () => left.length
  }
}
type Fake = ReturnType<typeof fakeConsumer>

const options: MemberOptions = {
  clientId: 'c', bootstrap: ['127.0.0.1:9092'], group: 'billing', topics: ['orders'], sessionTimeoutMs: 6000, rebalanceProtocol: 'classic', isolation: 'read_uncommitted', autoCommitIntervalMs: undefined
}

/** What it tells, a line each. */
const opened = async (
  fake: Fake, more: Partial<MemberOptions> = {}, work?: (batch: DeliveredBatch, control: BatchControl) => Promise<void>
): Promise<{ readonly told: readonly string[], readonly client: MemberClient }> => {
  const told: string[] = []
  const names = (partitions: readonly TopicPartition[]): string => partitions.map(partitionKey).join(' ')
  const listener: MemberListener = {
    assigned: partitions => { told.push(`assigned ${names(partitions)}`) },
    positioned: (partition, position) => { told.push(`positioned ${partitionKey(partition)} ${position}`) },
    revoked: partitions => { told.push(`revoked ${names(partitions)}`) },
    sought: (partition, offset) => { told.push(`sought ${partitionKey(partition)} ${offset}`) },
    committed: ({ offset, outcome, beganMsAgo, ...partition }) => { told.push(`committed ${partitionKey(partition)} ${offset} ${outcome} ${beganMsAgo >= 0}`) },
    failed: error => { told.push(`failed ${error}`) },
    batch: async (batch, control) => {
      told.push(`batch ${partitionKey(batch)} ${batch.records.map(({ offset }) => offset).join(',')}`)
      const last = batch.records.at(-1)
      if (work) await work(batch, control)
      else if (last) control.done(last.offset)
    }
  }

  return { told, client: await openMember(fake.library, { ...options, ...more }, listener) }
}

describe('a member', () => {
  test('begins at the group\'s commit, and where there is none at the first record', async () => {
    const fake: Fake = fakeConsumer([() => brings(() => { fake.assign(0, 1) }), () => [message(0, 7), message(1, 3), message(0, 8)]], [{ ...orders(0), offset: 7 }, orders(1)])
    const { told, client } = await opened(fake)
    await expect.poll(() => told.length).toBe(5)
    await client.close()

    expect(fake.calls).toEqual(['assign orders-0@7 orders-1@-2'])
    expect(told).toEqual(['assigned orders-0 orders-1', 'positioned orders-0 7', 'batch orders-0 7,8', 'positioned orders-1 3', 'batch orders-1 3', 'revoked orders-0 orders-1'])
  })

  test.each([['earliest', -2], ['latest', -1], ['none', -1000]] as const)('has librdkafka reset to %s where there is no commit', async (reset, offset) => {
    const fake: Fake = fakeConsumer([() => brings(() => { fake.assign(0, 1) })], [{ ...orders(0), offset: 7 }, orders(1)])
    const { client } = await opened(fake, { reset })
    await expect.poll(() => fake.calls).toEqual([`assign orders-0@7 orders-1@${offset}`])
    await client.close()
  })

  test('drops what came of a partition that the same poll took away, even where it has it back', async () => {
    const fake: Fake = fakeConsumer([
      () => brings(() => { fake.assign(0) }),
      () => brings(() => { fake.revoke(0); fake.assign(0) }, message(0, 0), message(0, 1)),
      () => [message(0, 0)]
    ])
    const { told, client } = await opened(fake)
    await expect.poll(() => told.at(-1)).toBe('batch orders-0 0')
    await client.close()

    expect(told).toEqual(['assigned orders-0', 'revoked orders-0', 'assigned orders-0', 'positioned orders-0 0', 'batch orders-0 0', 'revoked orders-0'])
    expect(fake.calls).toEqual(['assign orders-0@-2', 'unassign', 'assign orders-0@-2'])
  })

  test('goes back to where the work broke off', async () => {
    const fake: Fake = fakeConsumer([() => brings(() => { fake.assign(0) }), () => [message(0, 0), message(0, 1), message(0, 2)]])
    const { client } = await opened(fake, {}, async (_, control) => { control.done(0) })
    await expect.poll(() => fake.calls.at(-1)).toBe('seek orders-0@1')
    await client.close()
  })

  test.each([[undefined, 'acknowledged'], [Object.assign(new Error('Broker: Not coordinator'), { code: 16 }), 'indeterminate']])(
    'commits with the coordinator\'s answer: of %s it says %s', async (refused, outcome) => {
      const fake: Fake = fakeConsumer([() => brings(() => { fake.assign(0) }), () => [message(0, 0)]], [], refused)
      const results: string[] = []
      const { client } = await opened(fake, {}, async (_, control) => {
        control.done(0)
        results.push((await control.commit(1)).outcome)
      })
      await expect.poll(() => results).toEqual([outcome])
      await client.close()

      expect(fake.calls).toContain('commit orders-0@1')
    })

  test('lets a rebalance through while it works, and commits nothing for what it lost', async () => {
    const fake: Fake = fakeConsumer([() => brings(() => { fake.assign(0) }), () => [message(0, 0), message(0, 1)], () => brings(() => { fake.revoke(0) })])
    const results: unknown[] = []
    const { told, client } = await opened(fake, {}, async (_, control) => {
      await expect.poll(async () => {
        await control.heartbeat()

        return control.current()
      }, { timeout: 5000 }).toBe(false)
      control.done(0)
      results.push(await control.commit(1))
    })
    await expect.poll(() => results, { timeout: 6000 }).toEqual([{ outcome: 'rejected', error: 'NOT_SENT_ASSIGNMENT_ENDED' }])
    await client.close()

    expect(told).toEqual(['assigned orders-0', 'positioned orders-0 0', 'batch orders-0 0,1', 'revoked orders-0'])
    // What is given back while it is paused would be paused still when it comes back.
    expect(fake.calls).toEqual(['assign orders-0@-2', 'pause orders-0', 'resume orders-0', 'unassign'])
  })

  test('fetches again what came while everything was paused', async () => {
    const fake: Fake = fakeConsumer([() => brings(() => { fake.assign(0, 1) }), () => [message(0, 0)], () => [message(1, 5)], () => [message(1, 5)]])
    const { told, client } = await opened(fake, {}, async ({ records }, control) => {
      const waits = records[0]?.offset === 0
      if (waits) await expect.poll(async () => {
        await control.heartbeat()

        return fake.left()
      }, { timeout: 5000 }).toBe(1)
      control.done(records.at(-1)?.offset ?? 0)
    })
    await expect.poll(() => told.at(-1), { timeout: 6000 }).toBe('batch orders-1 5')
    await client.close()

    expect(fake.calls).toContain('seek orders-1@5')
  })

  test('tells that librdkafka moved its position, with the record that it went on at', async () => {
    const fake: Fake = fakeConsumer([
      () => brings(() => { fake.assign(0) }),
      () => brings(() => { fake.log('orders [0]: offset reset (at offset 9 (leader epoch 1), broker 1) to BEGINNING: fetch failed: Broker: Offset out of range') }),
      () => [message(0, 4)]
    ], [{ ...orders(0), offset: 9 }])
    const { told, client } = await opened(fake)
    await expect.poll(() => told.length).toBe(4)
    await client.close()

    expect(told.slice(0, 4)).toEqual(['assigned orders-0', 'positioned orders-0 9', 'sought orders-0 4', 'batch orders-0 4'])
  })
})

describe('an automatic commit', () => {
  const reads = (afterwards: (fake: Fake) => void): Fake => {
    const fake: Fake = fakeConsumer([() => brings(() => { fake.assign(0) }), () => [message(0, 0), message(0, 1)], () => brings(() => { afterwards(fake) })])

    return fake
  }
  const automatic = { autoCommitIntervalMs: 100 }

  test('is told as acknowledged where librdkafka says so, and of a position that was stored', async () => {
    const fake = reads(({ commit }) => { for (const offset of [1, 2]) commit(undefined, { ...orders(0), offset }) })
    const { told, client } = await opened(fake, automatic)
    await expect.poll(() => told.at(-1)).toBe('committed orders-0 2 acknowledged true')
    await client.close()

    expect(told.filter(line => line.startsWith('committed'))).toHaveLength(1)
    expect(fake.calls).toContain('store orders-0@2')
  })

  test('is indeterminate after an error, and once more at the end, unless it is heard of', async () => {
    const fake = reads(({ commit }) => { commit({ code: 16, message: 'Broker: Not coordinator' }, { ...orders(0), offset: 2 }) })
    const { told, client } = await opened(fake, automatic)
    await expect.poll(() => told.at(-1)).toBe('committed orders-0 2 indeterminate true')
    await client.close()

    expect(told.slice(-2)).toEqual(['revoked orders-0', 'committed orders-0 2 indeterminate true'])
  })
})
