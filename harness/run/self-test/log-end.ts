/**
 * The end of a partition's log, where a mutation may append an entry. Every group that owned the partition then owes itself
 * a record that it never gets, so each appended entry plants an `undelivered` for each of them.
 */
import { kinds } from '../../ledger/format.ts'
import type { EntryEdit } from './edits.ts'
import { firstPosition, wasOwned, type GroupFacts, type PartitionFacts } from './partition-facts.ts'
import type { PlantedAnomaly, SideEffect } from './planting.ts'

export interface LogEnd {
  readonly where: PartitionFacts
  readonly offset: number
  /** The entry, with the last leader's epoch. */
  readonly append: (record: number) => EntryEdit
  readonly undelivered: readonly PlantedAnomaly[]
  readonly sideEffects: readonly SideEffect[]
}

interface Circumstances {
  /** How many entries were appended before. */
  readonly appended: number
  readonly lastHealedAt: number | undefined
}

/** Undefined: an entry there could do more than be undelivered. */
export const openEnd = (where: PartitionFacts, { appended, lastHealedAt }: Circumstances): LogEnd | undefined => {
  const { audit, last, topic, partition } = where
  if (audit === undefined || last === undefined) return undefined

  const groups = [...where.groups.values()]
  // A commit beyond the log's end would stop being one; an unknown first position leaves open who is owed what.
  if (groups.some(({ commits }) => commits.some(({ offset }) => offset > audit.logEnd))) return undefined
  const owed = groups.filter(wasOwned)
  if (owed.some(group => firstPosition(group, audit.logStart) === undefined)) return undefined

  const offset = where.nextOffset + appended

  return {
    where,
    offset,
    append: record => ({
      file: last.file, change: 'append',
      entry: { kind: kinds.logged, flags: 0, topic: last.topic, partition, extra: last.epoch, at: 0, attempt: 1, record, value: offset }
    }),
    undelivered: owed.map(({ group }) => ({ anomaly: 'undelivered', count: 1, topic, partition, group })),
    sideEffects: owed.filter(group => isSilentAfter(group, lastHealedAt))
      .map(({ group }) => ({ anomaly: 'stalled', topic, partition, group }))
  }
}

/** A group that owes itself a record and has had no delivery since the last fault has stalled. */
const isSilentAfter = ({ lastDeliveryAt }: GroupFacts, lastHealedAt: number | undefined): boolean => lastDeliveryAt <= (lastHealedAt ?? -1)
