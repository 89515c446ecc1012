/** What the audits prove of the simulated records: history format, section 3, read slowly. */
import { committedOf, viewsOf, type PartitionView } from '../kafka/audits.ts'
import type { Entry, Partition, Send, World } from '../kafka/world.ts'
import type { Place } from './findings.ts'

export interface Copy {
  readonly entry: Entry
  readonly view: PartitionView
  readonly id: string
  /** The attempts that it could be. */
  readonly possible: readonly Send[]
  readonly visibility: 'visible' | 'hidden' | 'unknown'
}

/** The world as its history shows it. */
export interface Seen {
  readonly world: World
  readonly views: readonly PartitionView[]
  readonly copies: readonly Copy[]
  readonly ids: ReadonlyMap<string, readonly Send[]>
}

export const look = (world: World): Seen => {
  const views = viewsOf(world)
  const ids = Map.groupBy(world.sends, ({ id }) => id)

  return { world, views, ids, copies: views.flatMap(view => view.listed.map(entry => copyOf(world, ids, view, entry))) }
}

/** Where a send went, as far as its lines tell. */
export const partitionOf = ({ producer: { plan }, outcome, partition }: Send): Partition | null =>
  (plan.kind !== 'chooser' || outcome === 'acknowledged' ? partition : null)

export interface Found {
  readonly partition: Partition
  readonly offset: number
  readonly send: Send
}

export const possibleAttempts = ({ audit }: World, sends: readonly Send[], { partition, offset, send }: Found): readonly Send[] => {
  if (audit.tellsAttempts) return [send]
  const exactly = sends.filter(one => one.outcome === 'acknowledged' && one.offset === offset && one.partition === partition)
  if (exactly.length > 0) return exactly
  const open = sends.filter(one => partitionOf(one) === partition && one.outcome !== 'rejected' && (one.offset === null || !one.producer.idempotent))

  return open.length > 0 ? open : sends
}

const copyOf = (world: World, ids: Seen['ids'], view: PartitionView, entry: Entry): Copy => {
  const send = entry.send!
  const possible = possibleAttempts(world, ids.get(send.id) ?? [send], { partition: view.partition, offset: entry.offset, send })
  const told = entry.told?.['committed'] ?? committedOf(world, entry)
  const visibility = told === false ? 'hidden' : told === true || view.readCommitted ? 'visible' : visibilityByTransactions(possible)

  return { entry, view, id: send.id, possible, visibility }
}

const visibilityByTransactions = (possible: readonly Send[]): Copy['visibility'] => {
  const all = new Set(possible.map(({ transaction }) => {
    if (transaction === null || transaction.phase === 'committed') return 'visible'

    return transaction.phase === 'aborted' ? 'hidden' : 'unknown'
  }))

  return all.size === 1 ? [...all][0]! : 'unknown'
}

export const viewOfPartition = ({ views }: Seen, partition: Partition): PartitionView => views.find(view => view.partition === partition)!

/** Whether the audit proves that something at this offset is not there. */
export const provesAbsence = (seen: Seen, partition: Partition, offset: number): boolean => {
  const { audited, complete } = viewOfPartition(seen, partition)

  return audited && complete && offset >= partition.start
}

export const visibilityAt = ({ copies }: Seen, { partition, offset, id }: { readonly partition: Partition, readonly offset: number, readonly id: string }): Copy['visibility'] =>
  copies.find(copy => copy.view.partition === partition && copy.entry.offset === offset && copy.id === id)?.visibility ?? 'hidden'

export const copiesOf = ({ copies }: Seen, id: string): readonly Copy[] => copies.filter(copy => copy.id === id)
export const isVisibleAnywhere = (seen: Seen, id: string): boolean => copiesOf(seen, id).some(({ visibility }) => visibility === 'visible')

/** No copy is visible, and none is there of which nobody knows. */
export const isNowhere = (seen: Seen, id: string): boolean => copiesOf(seen, id).every(({ visibility }) => visibility === 'hidden')

export const isAcknowledgedAt = (send: Send, partition: Partition, offset: number): boolean =>
  send.outcome === 'acknowledged' && send.partition === partition && send.offset === offset

export const isWeak = ({ partition, producer }: Send): boolean => partition.topic.weak || producer.weak
export const isAfterPowerCut = (world: World, partition: Partition): boolean => world.powerCutHealed !== -1 && !partition.topic.flushed
export const mayBeTruncated = (world: World, partition: Partition): boolean => partition.topic.weak || isAfterPowerCut(world, partition)

/** A weak record, or one that a power cut hit where not every record is on disk. */
export const mayBeLost = (world: World, send: Send): boolean => isWeak(send) || (isAfterPowerCut(world, send.partition) && send.at < world.powerCutHealed)

/** Send-side findings are keyed by where all attempts went. */
export const keyOfSends = (sends: readonly Send[]): Place => {
  const [first] = sends
  if (first === undefined || sends.some(send => partitionOf(send) !== partitionOf(first))) return { topic: null, partition: null, group: null }

  return { topic: first.partition.topic.name, partition: partitionOf(first)?.number ?? null, group: null }
}
