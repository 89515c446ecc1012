/** Who owned a partition when: the assignments of one group in one partition, as the history format defines them. */
import type { GroupFacts } from './partition-facts.ts'

export interface Ownership {
  readonly member: string
  readonly from: number
  /** Infinity: to the end. */
  readonly until: number
}

/** A span of time, in microseconds since the run began, both ends included. */
export interface Span {
  readonly from: number
  readonly until: number
}

/** By time. A group without `assigned` lines whose only reader got everything owned it throughout. */
export const ownershipsOf = ({ moves, readers }: GroupFacts): readonly Ownership[] => {
  const changes = moves.filter(({ kind }) => kind !== 'seek')
  if (changes.every(({ kind }) => kind !== 'assigned')) {
    return readers.size === 1 ? [...readers].map(member => ({ member, from: -1, until: Infinity })) : []
  }

  return changes.flatMap(({ kind, member, at }, index) => {
    if (kind !== 'assigned') return []
    const end = changes.find((change, place) => place > index && change.member === member)

    return [{ member, from: at, until: end?.at ?? Infinity }]
  })
}

/** The member's assignment that holds the whole span, its ends kept at a distance. */
export const owningThroughout = (group: GroupFacts, member: string, span: Span): Ownership | undefined =>
  ownershipsOf(group).find(one => one.member === member && one.from < span.from && one.until > span.until)

/** Whether nobody but this member owned the partition in the span. */
export const ownedAlone = (group: GroupFacts, member: string, span: Span): boolean =>
  ownershipsOf(group).every(one => one.member === member || one.until < span.from || one.from > span.until)

/** Whether the member was moved to another position in the span. */
export const soughtWithin = ({ moves }: GroupFacts, member: string, span: Span): boolean =>
  moves.some(move => move.kind === 'seek' && move.member === member && move.at >= span.from && move.at <= span.until)
