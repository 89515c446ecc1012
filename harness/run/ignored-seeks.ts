/**
 * Seeks of applications that their client did not obey. The history format excuses any jump beside a seek; that the next delivery is the one that
 * was asked for is held against the log here.
 *
 * Example: c1 was delivered 0 to 599 and sought back to 400. Given 600 next, its client ignored that; given 400, it did not.
 */
import { isBefore, type Moment } from '../checkers/ownership.ts'
import { marks, type Consumption, type Evidence, type Move } from '../model/evidence.ts'
import { partitionPlace } from './partition-place.ts'

/** A sentence each. Only seeks back over what the group had been delivered, and of which the log still has the first record. */
export const ignoredSeeks = (evidence: Evidence): readonly string[] => evidence.consumption.flatMap(consumption => {
  const { moves, deliveries, partition } = consumption

  return moves.flatMap((move, index) => {
    if (move.kind !== 'seek' || move.reason !== 'application') return []
    const next = nextDelivery(consumption, move, moves.slice(index + 1).find(({ member }) => member === move.member))
    const given = next === undefined ? undefined : deliveries.offset[next]
    // The log is only looked through for a seek that did not end where it was to.
    if (given === undefined || given === move.offset) return []
    const wanted = firstFrom(evidence, consumption, move)
    if (wanted === undefined || (given >= move.offset && given <= wanted)) return []

    return [`${evidence.members[move.member]?.name ?? ''} sought back to ${move.offset} in ${partitionPlace(evidence, partition)}, and was given ${given} next.`]
  })
})

const momentOf = ({ deliveries }: Consumption, row: number): Moment => ({ at: deliveries.at[row] ?? 0, order: deliveries.order[row] ?? 0 })

/** The first one to this member after the seek, if it has moved nowhere else by then. */
const nextDelivery = (consumption: Consumption, seek: Move, until: Moment | undefined): number | undefined => {
  const { member, length } = consumption.deliveries
  for (let row = 0; row < length; row += 1) {
    const moment = momentOf(consumption, row)
    if (member[row] !== seek.member || !isBefore(seek, moment)) continue

    return until === undefined || isBefore(moment, until) ? row : undefined
  }

  return undefined
}

/** The lowest offset from there on at which the log has what the group had been delivered before. */
const firstFrom = ({ audits }: Evidence, consumption: Consumption, seek: Extract<Move, { kind: 'seek' }>): number | undefined => {
  const { deliveries, partition } = consumption
  const had = new Map<number, number>()
  for (let row = 0; row < deliveries.length && isBefore(momentOf(consumption, row), seek); row += 1) {
    const offset = deliveries.offset[row] ?? 0
    if (offset >= seek.offset) had.set(offset, deliveries.record[row] ?? -1)
  }

  let lowest: number | undefined
  for (const { rows } of audits.filter(audit => audit.partition === partition && audit.replica === null)) {
    for (let row = 0; row < rows.length; row += 1) {
      const offset = rows.offset[row] ?? 0
      if (((rows.marks[row] ?? 0) & marks.uncommitted) === 0 && had.get(offset) === rows.record[row]) lowest = Math.min(lowest ?? offset, offset)
    }
  }

  return lowest
}
