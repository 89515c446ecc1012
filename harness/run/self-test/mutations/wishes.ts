/** What several mutations demand of the record that they are planted in. */
import type { Site } from '../clean-records.ts'
import type { Ground } from '../ground.ts'
import { owningThroughout, soughtWithin } from '../ownership.ts'
import { firstPosition, wasOwned, type GroupFacts, type PartitionFacts } from '../partition-facts.ts'
import type { SideEffect } from '../planting.ts'
import type { Sighting } from '../story.ts'

/** One leader epoch throughout, so that an entry more or less makes no pair of neighbours regress. */
export const isSteady = ({ below, record, above }: Site): boolean =>
  below.logged.extra === record.logged.extra && above.logged.extra === record.logged.extra

/** Every group that could miss it got it, so that its absence from the log takes no finding away from a group. */
export const wasReceived = ({ where, record }: Site): boolean =>
  [...where.groups.values()].every(group => !wasOwned(group) || record.delivered.has(group.group)
    || record.offset < (firstPosition(group, where.audit?.logStart ?? 0) ?? 0))

/**
 * Without its acknowledgement the record is no reason any more why others are stale; where some are, its neighbour above,
 * acknowledged together with it, is reason enough.
 */
export const isNoReason = (ground: Ground) => ({ where, record, above }: Site): boolean =>
  !ground.shows('stale-order', where) || above.acknowledged.at === record.acknowledged.at

/** Where it may be a reason, a stale record more or less is no matter. */
export const reasonOf = (ground: Ground, site: Site): readonly SideEffect[] =>
  isNoReason(ground)(site) ? [] : [{ anomaly: 'stale-order', topic: site.where.topic, partition: site.where.partition, group: null }]

/** Where commits ran ahead of records already, one record less can make one of them none. */
export const aheadOf = (ground: Ground, where: PartitionFacts): readonly SideEffect[] => [...where.groups.keys()]
  .map(group => ({ anomaly: 'commit-ahead' as const, topic: where.topic, partition: where.partition, group }))
  .filter(place => ground.shows('commit-ahead', place))

/** A group's delivery of the record with those of its neighbours, if one process got them one after the other. */
export interface Passage {
  readonly group: GroupFacts
  readonly below: Sighting
  readonly record: Sighting
  readonly above: Sighting
}

/** In one assignment, with nothing moved in between. */
export const passagesOf = ({ where, below, record, above }: Site): readonly Passage[] => [...where.groups.values()].flatMap(group => {
  const [before, middle, after] = [below, record, above].map(({ delivered }) => delivered.get(group.group))
  if (before === undefined || middle === undefined || after === undefined) return []

  const member = middle.file.header.member ?? ''
  const span = { from: before.at, until: after.at }
  const inARow = before.file === middle.file && after.file === middle.file
    && middle.previousOffset === below.offset && after.previousOffset === record.offset
  const together = owningThroughout(group, member, span) !== undefined && !soughtWithin(group, member, span)

  return inARow && together ? [{ group, below: before, record: middle, above: after }] : []
})
