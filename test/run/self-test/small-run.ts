/**
 * Writes the ledger of a small, faultless run, as the harness's processes would: two producers send batches in turn to the
 * three partitions of one topic, two members of a group read them and commit, one partition changes hands half-way, and an
 * audit finds everything, on the brokers' disks too, and in the group's store each effect once.
 */
import { join } from 'node:path'
import { fingerprintFlags, kinds } from '../../../harness/ledger/format.ts'
import { openLedger, type LedgerWriter } from '../../../harness/ledger/writer.ts'
import { recordNumber } from '../../../harness/model/record-number.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

export interface SmallRun {
  readonly rounds: number
  readonly batchRecords: number
  readonly partitions: number
  readonly group: boolean
  /** Whether the group's store was counted. */
  readonly store: boolean
  /** Left out of the audit: lost. */
  readonly withheld: readonly number[]
  /** How many brokers' disks were read: none of them leaves a record out. */
  readonly replicas: number
  /** True: the producers' client makes its records itself and chooses their partition, and they have no fingerprint. */
  readonly counted: boolean
  /** Acknowledgements that tell no offset. */
  readonly acks: 'all' | '0'
  readonly commits: 'after-work' | 'before-work'
  /** Null: the run has no such objective. */
  readonly unavailableMs: number | null
  /** Lines of the harness's own, such as faults. */
  readonly lines: readonly (Readonly<Record<string, unknown>> & { readonly event: string })[]
}

const usual: SmallRun = {
  rounds: 30, batchRecords: 10, partitions: 3, group: true, store: false, withheld: [], replicas: 2, counted: false, acks: 'all', commits: 'after-work', unavailableMs: 5000, lines: []
}

const run = 'small'
const topic = 'orders'
const producers = [1, 2]
const firstSend = 1_000_000
const betweenBatches = 10_000

interface Batch {
  readonly producer: number
  readonly partition: number
  readonly first: number
  readonly offset: number
  readonly at: number
}

/** Answers the ledger's folder. */
export const writeSmallRun = (options: Partial<SmallRun> = {}): string => {
  // Its parent is the test's too, so that a copy can be made beside it.
  const folder = join(temporaryFolder(), 'ledger')
  const plan = { ...usual, ...options }
  const batches = batchesOf(plan)

  writeHarness(folder, plan)
  for (const producer of producers) writeProducer(folder, plan, batches.filter(batch => batch.producer === producer))
  if (plan.group) for (const member of ['c1', 'c2']) writeMember(folder, plan, { member, batches })
  if (plan.group && plan.store) writeEffects(folder, plan, batches)
  writeAudit(folder, { ...plan, process: 'audit' }, batches)
  for (let replica = 1; replica <= plan.replicas; replica += 1) writeAudit(folder, { ...plan, withheld: [], process: `disk-${replica}`, replica }, batches)

  return folder
}

const batchesOf = ({ rounds, batchRecords, partitions }: SmallRun): readonly Batch[] => {
  const batches: Batch[] = []
  const ends = Array.from({ length: partitions }, () => 0)
  for (let round = 0; round < rounds; round += 1) {
    for (let partition = 0; partition < partitions; partition += 1) {
      for (const producer of producers) {
        const place = round * partitions + partition
        const offset = ends[partition]!
        batches.push({ producer, partition, offset, first: place * batchRecords, at: firstSend + batches.length * betweenBatches })
        ends[partition] = offset + batchRecords
      }
    }
  }

  return batches
}

const writeHarness = (folder: string, { partitions, lines, unavailableMs }: SmallRun): void => {
  const ledger = openLedger(folder, { format: 1, run, process: 'harness', topics: [] })
  ledger.event({ event: 'run', format: 1, run, objectives: { unavailableMs } })
  ledger.event({ event: 'topic', topic, partitions, replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false, cleanupPolicy: 'delete', flushed: false })
  for (const line of lines) ledger.event(line)
  ledger.close()
}

const flagsOf = ({ counted }: SmallRun): number => fingerprintFlags(counted ? undefined : true)

const numbersOf = ({ producer, first }: Batch, { batchRecords }: SmallRun): readonly number[] =>
  Array.from({ length: batchRecords }, (_, index) => recordNumber({ producer, incarnation: 1, sequence: first + index }))

const writeProducer = (folder: string, plan: SmallRun, batches: readonly Batch[]): void => {
  const producer = `p${batches[0]?.producer ?? 1}`
  const ledger = openLedger(folder, { format: 1, run, process: `${producer}.1`, topics: [topic], producer, incarnation: 1 })
  ledger.event({ event: 'producer', producer, incarnation: 1, acks: plan.acks, idempotent: plan.acks === 'all', maxInFlight: 1 })
  for (const batch of batches) {
    const { partition, at, first, offset } = batch
    numbersOf(batch, plan).forEach((record, index) =>
      ledger.append({ kind: kinds.send, topic: 0, partition: plan.counted ? undefined : partition, at, record, value: first + index }))
    numbersOf(batch, plan).forEach((record, index) =>
      ledger.append({ kind: kinds.acknowledged, topic: 0, partition, at: at + 3000, record, value: plan.acks === '0' ? -1 : offset + index }))
  }
  ledger.close()
}

/** Partition 1 is the first member's until the middle of the run. */
const ownerOf = ({ partition, at }: Batch, middle: number): string => (partition === 0 || (partition === 1 && at < middle) ? 'c1' : 'c2')

const writeMember = (folder: string, plan: SmallRun, { member, batches }: { readonly member: string, readonly batches: readonly Batch[] }): void => {
  const group = 'readers'
  const ledger = openLedger(folder, { format: 1, run, process: member, topics: [topic], member, group })
  const middle = batches[Math.floor(batches.length / 2)]!.at
  ledger.event({ event: 'member', member, group, at: 0, isolation: 'read_uncommitted', commits: plan.commits, reset: 'earliest' })
  const owned = new Set<number>()
  const assign = (partition: number, at: number, position: number): void => {
    owned.add(partition)
    // First without its position, which takes a request to find out.
    ledger.event({ event: 'assigned', member, group, topic, partition, at })
    ledger.event({ event: 'assigned', member, group, topic, partition, at, position })
  }

  for (const batch of batches) {
    const { partition, at, offset } = batch
    if (ownerOf(batch, middle) !== member) {
      if (owned.delete(partition)) ledger.event({ event: 'revoked', member, group, topic, partition, at: middle - 1000 })
      continue
    }
    if (!owned.has(partition)) assign(partition, at < middle ? 500_000 : middle - 500, offset)
    readBatch(ledger, plan, { batch, member, group })
  }
  ledger.close()
}

const readBatch = (ledger: LedgerWriter, plan: SmallRun, { batch, member, group }: { readonly batch: Batch, readonly member: string, readonly group: string }): void => {
  const { partition, at, offset } = batch
  const commit = (from: number): void => {
    ledger.event({ event: 'offset-commit', member, group, topic, partition, at: from, until: from + 700, offset: offset + plan.batchRecords, outcome: 'acknowledged' })
  }
  if (plan.commits === 'before-work') commit(at + 4000)
  const records = numbersOf(batch, plan)
  records.forEach((record, index) => ledger.append({ kind: kinds.delivered, flags: flagsOf(plan), topic: 0, partition, extra: 3, at: at + 5000, record, value: offset + index }))
  for (const record of records) ledger.append({ kind: kinds.processed, topic: 0, partition, extra: 0, at: at + 5100, record })
  ledger.flush()
  if (plan.commits === 'after-work') commit(at + 5200)
}

const writeEffects = (folder: string, plan: SmallRun, batches: readonly Batch[]): void => {
  const ledger = openLedger(folder, { format: 1, run, process: 'effects-1', topics: [topic], group: 'readers' })
  for (const batch of batches) {
    for (const record of numbersOf(batch, plan)) ledger.append({ kind: kinds.effect, topic: 0, partition: batch.partition, at: 0, record, value: 1 })
  }
  ledger.close()
}

interface AuditPlan extends SmallRun {
  readonly process: string
  readonly replica?: number
}

const writeAudit = (folder: string, plan: AuditPlan, batches: readonly Batch[]): void => {
  const ofReplica = plan.replica === undefined ? {} : { replica: plan.replica }
  const ledger = openLedger(folder, { format: 1, run, process: plan.process, topics: [topic], ...ofReplica })
  const withheld = new Set(plan.withheld)
  const ends = new Map<number, number>()
  for (const batch of batches) {
    const { partition, offset } = batch
    ends.set(partition, offset + plan.batchRecords)
    numbersOf(batch, plan).forEach((record, index) => {
      if (!withheld.has(record)) ledger.append({ kind: kinds.logged, flags: flagsOf(plan), topic: 0, partition, extra: 3, at: 0, record, value: offset + index })
    })
  }
  ledger.flush()
  for (const [partition, logEnd] of ends) {
    ledger.event({ event: 'audit', topic, partition, logStart: 0, logEnd, complete: true, foreign: 0, isolation: 'read_uncommitted', lastStable: logEnd, ...ofReplica })
  }
  ledger.close()
}
