/** What is put on record of a member that works and commits by itself, and how that is judged. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import type { TellingListener, TellingOptions, ToldByMember } from '../../harness/clients/driver.ts'
import { importLedger } from '../../harness/ledger/index.ts'
import { openLedger } from '../../harness/ledger/writer.ts'
import { fingerprintFlags, kinds } from '../../harness/ledger/format.ts'
import { recordTags } from '../../harness/model/record.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { textPrefix } from '../../harness/model/text-record.ts'
import { topic } from '../../harness/model/topic.ts'
import type { MemberPlan } from '../../harness/model/workload.ts'
import { recordMember } from '../../harness/run/member-recorder.ts'
import { recordProducer } from '../../harness/run/producer-recorder.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { openToldReader } from '../../harness/workloads/read-told.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const orders = topic('orders', { partitions: 2, replicas: 3, minInsyncReplicas: 2 })
const written = 10

const inPartition = { topic: 'orders', partition: 0 }
const identity = { producer: 1, incarnation: 1 }
const text = (sequence: number): Buffer => Buffer.from(`${textPrefix(recordTags('r', '').run, identity)}.${sequence}`)

const assigned = (at: number): ToldByMember => ({ ...inPartition, did: 'assigned', at })
const revoked = (at: number): ToldByMember => ({ ...inPartition, did: 'revoked', at })
const position = (at: number, offset: number): ToldByMember => ({ ...inPartition, did: 'position', at, offset })
const delivered = (at: number, offset: number): ToldByMember => ({ ...inPartition, did: 'delivered', at, record: { offset, leaderEpoch: undefined, value: text(offset) } })
const committed = (at: number, offset: number): ToldByMember => ({ ...inPartition, did: 'committed', at, until: at + 1, offset, outcome: 'acknowledged' })

/** What these members told of partition 0, whose records 0 to 9 lie at the offsets 0 to 9. */
const judged = async (...members: readonly (readonly ToldByMember[])[]) => {
  const folder = join(temporaryFolder(), 'ledger')
  const harness = openLedger(folder, { format: 1, run: 'r', process: 'harness', topics: ['orders'] })
  harness.event({ event: 'run', format: 1, run: 'r' })
  harness.event({ event: 'topic', topic: 'orders', partitions: 2, replicas: 3, minInsyncReplicas: 2 })
  harness.close()
  const producer = recordProducer({
    folder, run: 'r', producer: 1, topic: 'orders', now: () => 0, contract: { acks: 'all', idempotent: true, maxInFlight: 1, client: 'fake' }
  })
  producer.announced({ firstSequence: 0, count: written }, 0)
  producer.told({ firstSequence: 0, count: written, partition: 0 }, { kind: 'acknowledged', baseOffset: 0 }, 0)
  producer.close()
  const audit = openLedger(folder, { format: 1, run: 'r', process: 'audit', topics: ['orders'] })
  for (let offset = 0; offset < written; offset += 1) {
    const record = recordNumber({ ...identity, sequence: offset })
    audit.append({ kind: kinds.logged, flags: fingerprintFlags(undefined), topic: 0, partition: 0, at: 0, attempt: 1, record, value: offset })
  }
  for (const partition of [0, 1]) {
    audit.event({ event: 'audit', topic: 'orders', partition, logStart: 0, logEnd: partition === 0 ? written : 0, complete: true })
  }
  audit.close()
  for (const [index, plan] of groupReads({ from: orders, group: 'billing', members: members.length, commits: 'after-work' }).clients.entries()) {
    await tell(folder, plan as MemberPlan, members[index] ?? [])
  }
  const { findings, counts } = judge(await importLedger(folder), { witnesses: 5 })

  return { counts, findings: findings.map(({ anomaly, level, count }) => [anomaly, level, count]) }
}

const tell = async (folder: string, plan: MemberPlan, events: readonly ToldByMember[]): Promise<TellingOptions | undefined> => {
  let listener: TellingListener | undefined
  let given: TellingOptions | undefined
  const recorder = recordMember({ folder, run: 'r', plan, now: () => 0 })
  const reader = await openToldReader({
    plan, run: 'r', bootstrap: [], now: () => 0, recorder,
    openTelling: async (options, heard) => {
      given = options
      listener = heard

      return { stop: async () => undefined, kill: async () => undefined, close: async () => undefined }
    }
  })
  listener?.told(events)
  await reader.close()
  recorder.close()

  return given
}

const offsets = (from: number, below: number): readonly number[] => Array.from({ length: below - from }, (_, index) => from + index)

test('a group that was told of everything it committed is innocent', async () => {
  const { findings, counts } = await judged(
    [assigned(10), position(11, 0), ...offsets(0, 6).map(offset => delivered(12, offset)), committed(12, 6), revoked(20)],
    [assigned(30), position(31, 6), ...offsets(6, written).map(offset => delivered(32, offset)), committed(33, written)]
  )

  expect([findings, counts.delivered]).toEqual([[], 10])
})

test('a record that a commit passed, and that nobody told of, is skipped', async () => {
  const [before, after] = [[0, 1, 3, 4].map(offset => delivered(12, offset)), offsets(5, written).map(offset => delivered(14, offset))]
  const told = [assigned(10), position(11, 0), ...before, committed(13, 5), ...after, committed(15, written)]

  expect((await judged(told)).findings).toEqual([['skipped', 'violation', 1], ['poll-skip', 'violation', 1], ['commit-ahead', 'violation', 2]])
})

test('where it begins to read is its position: a beginning below what was committed is a rewind', async () => {
  const { findings } = await judged(
    [assigned(10), position(11, 0), ...offsets(0, written).map(offset => delivered(12, offset)), committed(12, written), revoked(20)],
    [assigned(30), position(31, 8), delivered(32, 8), delivered(32, 9), committed(33, written)]
  )

  expect(findings).toEqual(expect.arrayContaining([['resume-rewind', 'violation', 1], ['redelivered', 'information', 2]]))
})

test('a position of an assignment that had one is a move of the client\'s own', async () => {
  const again = offsets(0, written).map(offset => delivered(14, offset))
  const told = [assigned(10), position(11, 0), delivered(12, 0), delivered(12, 1), position(13, 0), ...again, committed(15, written)]

  expect((await judged(told)).findings).toEqual([['redelivered', 'information', 2]])
})

test('two that owned a partition at once, and both committed there, are found', async () => {
  const { findings } = await judged(
    [assigned(10), position(11, 0), ...offsets(0, 5).map(offset => delivered(12, offset)), committed(40, 5), revoked(50)],
    [assigned(30), position(31, 0), ...offsets(0, written).map(offset => delivered(41, offset)), committed(42, written)]
  )

  expect(findings).toEqual(expect.arrayContaining([['dual-owner', 'violation', 1]]))
})

test('what is told later happened no earlier, whatever the clocks say', async () => {
  const { findings } = await judged([
    assigned(30), position(29, 0), ...offsets(0, written).map(offset => delivered(28, offset)), committed(27, written), revoked(26)
  ])

  expect(findings).toEqual([])
})

test('a record that is not of this run is left out', async () => {
  const foreign: ToldByMember = { ...inPartition, did: 'delivered', at: 12, record: { offset: 3, leaderEpoch: undefined, value: Buffer.from('not ours') } }

  expect((await judged([assigned(10), position(11, 3), foreign])).counts.delivered).toBe(0)
})

test('it is given what the plan asks for, and dates what it tells by the run\'s clock', async () => {
  const [plan] = groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', commitEvery: 100, rebalanceProtocol: 'consumer', isolation: 'read_committed', membership: 'static' }).clients

  expect(await tell(join(temporaryFolder(), 'ledger'), plan as MemberPlan, [])).toMatchObject({
    clientId: 'c1.1', group: 'billing', topics: ['orders'], commitEvery: 100, rebalanceProtocol: 'consumer', isolation: 'read_committed', groupInstanceId: 'c1'
  })
})
