/**
 * What all checkers need to know of a history before they look for anomalies: the logs as they ended, what is visible
 * anywhere, what the contract promised, and how far each group came. Each part is made once, when first asked for.
 */
import { notKnown, type Consumption, type Evidence, type MemberContract } from '../model/evidence.ts'
import { possibleSends, sendsOf } from './attempts.ts'
import { compaction, type Compaction } from './compaction.ts'
import { firstVisibleOffsets } from './first-visible.ts'
import { groupProgress, type GroupProgress } from './group-progress.ts'
import { lostRecords, type LostRecords } from './lost-records.ts'
import { assignmentsOf, type Ownership } from './ownership.ts'
import { placedSends, type VisitPlaced } from './placed-sends.ts'
import { partitionLogs, rowOf, visibilities, type PartitionLog } from './partition-log.ts'
import { promisesOf, type Promises } from './promises.ts'
import { nowhere } from './tally.ts'

/** A copy of a record in an effective audit. */
export interface Copy {
  readonly partition: number
  readonly row: number
  readonly offset: number
  readonly visibility: number
  /** The attempts that it could be. */
  readonly possible: readonly number[]
}

/** Bits of `presence`. */
export const presences = { visible: 1, unknown: 2 } as const

export interface Facts {
  readonly evidence: Evidence
  /** By partition. */
  readonly logs: readonly PartitionLog[]
  /** By record: whether a copy of it is visible anywhere, and whether there is one of which nobody knows. */
  readonly presence: Uint8Array
  readonly promises: Promises
  readonly compaction: Compaction
  /** By send: its first visible offset in the partition that it was sent to, or -1. */
  readonly firstVisible: () => Float64Array
  /** Visits the sends that a partition acknowledged. */
  readonly placed: () => VisitPlaced
  /** All copies of the records that were sent more than once. */
  readonly copiesOfRetried: () => ReadonlyMap<number, readonly Copy[]>
  readonly lost: () => LostRecords
  readonly ownership: (consumption: Consumption) => Ownership
  readonly progress: (consumption: Consumption) => GroupProgress
  /** By partition: what groups did with it. */
  readonly consumers: readonly (readonly Consumption[])[]
  /** By group. */
  readonly members: readonly (readonly MemberContract[])[]
}

export const establishFacts = (evidence: Evidence): Facts => {
  const logs = partitionLogs(evidence)
  const presence = presenceIn(evidence, logs)
  const facts: Facts = {
    evidence,
    logs,
    presence,
    promises: promisesOf(evidence),
    compaction: compaction(evidence, logs),
    firstVisible: once(() => firstVisibleOffsets(facts)),
    placed: once(() => placedSends(evidence)),
    copiesOfRetried: once(() => copiesOfRetried(evidence, logs)),
    lost: once(() => lostRecords(facts)),
    ownership: onceEach(assignmentsOf),
    progress: onceEach(consumption => groupProgress(facts, consumption)),
    consumers: byIndex(evidence.partitions.length, evidence.consumption, ({ partition }) => partition),
    members: byIndex(evidence.groups.length, evidence.members, ({ group }) => group)
  }

  return facts
}

const byIndex = <T>(count: number, all: readonly T[], indexOf: (one: T) => number): readonly (readonly T[])[] => {
  const lists = Array.from({ length: count }, (): T[] => [])
  for (const one of all) lists[indexOf(one)]!.push(one)

  return lists
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined

  return () => (made ??= { value: make() }).value
}

const onceEach = <K extends object, T>(make: (key: K) => T): ((key: K) => T) => {
  const made = new WeakMap<K, { readonly value: T }>()

  return key => {
    const known = made.get(key) ?? { value: make(key) }
    made.set(key, known)

    return known.value
  }
}

const presenceIn = ({ recordCount }: Evidence, logs: readonly PartitionLog[]): Uint8Array => {
  const presence = new Uint8Array(recordCount)
  for (const { rows, visibility } of logs) {
    for (let row = 0; row < rows.length; row++) {
      if (visibility[row] === visibilities.visible) presence[rows.record[row]!]! |= presences.visible
      else if (visibility[row] === visibilities.unknown) presence[rows.record[row]!]! |= presences.unknown
    }
  }

  return presence
}

const copiesOfRetried = (evidence: Evidence, logs: readonly PartitionLog[]): ReadonlyMap<number, readonly Copy[]> => {
  const { sends } = evidence
  const copies = new Map<number, Copy[]>()
  for (const { partition, rows, visibility } of logs) {
    for (let row = 0; row < rows.length; row++) {
      const record = rows.record[row]!
      const first = sends.firstOf[record]!
      if (first === -1 || sends.nextOf[first] === -1 || visibility[row] === visibilities.hidden) continue
      const offset = rows.offset[row]!
      const possible = possibleSends(evidence, { record, partition, offset, attempt: rows.attempt[row]! })
      const known = copies.get(record)
      const copy = { partition, row, offset, possible, visibility: visibility[row]! }
      if (known === undefined) copies.set(record, [copy])
      else known.push(copy)
    }
  }

  return copies
}

/** Whether a record is visible at one place, not so, or nobody knows. */
export const visibilityAt = ({ logs }: Facts, { partition, offset, record }: { readonly partition: number, readonly offset: number, readonly record: number }): number => {
  const log = logs[partition]!
  const row = rowOf(log, offset, record)

  return row === -1 ? visibilities.hidden : log.visibility[row]!
}

/** Whether a send's effect in the log can count: it is in no transaction, or in a committed one. */
export const isCommitted = ({ sends, transactions }: Evidence, send: number): boolean => {
  const transaction = sends.transaction[send]!

  return transaction === notKnown || transactions[transaction]!.state === 'committed'
}

/**
 * The partition that findings about a record name: where all its sends went. `nowhere` if they went to several. Where a
 * client chose and never said which, it is the topic's partition that is not known.
 */
export const partitionOfRecord = (evidence: Evidence, record: number): number => partitionOfSends(evidence, sendsOf(evidence, record))

export const partitionOfSends = ({ sends, partitions }: Evidence, rows: readonly number[]): number => {
  const all = new Set(rows.map(send => sends.partition[send]!))
  if (all.size === 1) return [...all][0]!

  const known = [...all].filter(partition => partitions[partition]!.partition !== null)
  const unknown = [...all].filter(partition => partitions[partition]!.partition === null)
  const topics = new Set([...all].map(partition => partitions[partition]!.topic))

  return known.length <= 1 && topics.size === 1 ? unknown[0]! : nowhere
}
