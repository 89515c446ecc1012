/**
 * Who owned a partition in a group, and when. An assignment lasts from `assigned` until that member's next `revoked` or
 * `assigned` of the partition, else to the end. Where a group has no such line for a partition, but all its deliveries there went to
 * one member, that member is taken to have owned it throughout.
 */
import type { Consumption, Deliveries } from '../model/evidence.ts'

/** A moment, and a line's place, which orders lines of the same moment. */
export interface Moment {
  readonly at: number
  readonly order: number
}

export interface Assignment {
  readonly member: number
  readonly from: Moment
  readonly to: Moment
  /** The first offset that it reads; null: not known. */
  readonly position: number | null
}

export interface Ownership {
  /** There are `assigned` lines, rather than a conclusion from deliveries. */
  readonly told: boolean
  /** In the order in which they began. */
  readonly assignments: readonly Assignment[]
}

const beginning: Moment = { at: -Infinity, order: -Infinity }
const end: Moment = { at: Infinity, order: Infinity }

export const isBefore = (left: Moment, right: Moment): boolean => left.at < right.at || (left.at === right.at && left.order < right.order)

export const assignmentsOf = ({ moves, deliveries }: Consumption): Ownership => {
  if (!moves.some(({ kind }) => kind === 'assigned')) return { told: false, assignments: concluded(deliveries) }

  const assignments: Assignment[] = []
  const open = new Map<number, { to: Moment }>()
  const close = (member: number, to: Moment): void => {
    const assignment = open.get(member)
    if (assignment === undefined) return
    assignment.to = to
    open.delete(member)
  }
  for (const move of moves) {
    const moment = { at: move.at, order: move.order }
    if (move.kind !== 'seek') close(move.member, moment)
    if (move.kind === 'assigned') {
      const assignment = { member: move.member, from: moment, to: end, position: move.position }
      assignments.push(assignment)
      open.set(move.member, assignment)
    }
  }

  return { told: true, assignments }
}

const concluded = ({ length, member }: Deliveries): readonly Assignment[] => {
  if (length === 0) return []
  for (let row = 1; row < length; row++) if (member[row] !== member[0]) return []

  return [{ member: member[0]!, from: beginning, to: end, position: null }]
}

/** By member: its assignments, in order. */
export const assignmentsByMember = ({ assignments }: Ownership): ReadonlyMap<number, readonly Assignment[]> =>
  Map.groupBy(assignments, ({ member }) => member)

/** The assignment of a member that holds at a moment, by place where moments are equal; undefined if it owned nothing then. */
export const assignmentAt = (assignments: readonly Assignment[] | undefined, moment: Moment): Assignment | undefined => {
  if (assignments === undefined) return undefined
  let low = 0
  let high = assignments.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(assignments[middle]!.from, moment)) low = middle + 1
    else high = middle
  }
  const last = assignments[low - 1]

  return last !== undefined && isBefore(moment, last.to) ? last : undefined
}

/** Whether a member owned the partition at a time, counting the moments at which it got it and gave it up. */
export const ownedAt = (assignments: readonly Assignment[] | undefined, at: number): boolean => owningAt(assignments, at) !== undefined

/** The same, with the assignment. */
export const owningAt = (assignments: readonly Assignment[] | undefined, at: number): Assignment | undefined => {
  if (assignments === undefined) return undefined
  let low = 0
  let high = assignments.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (assignments[middle]!.from.at <= at) low = middle + 1
    else high = middle
  }
  const last = assignments[low - 1]

  return last !== undefined && last.to.at >= at ? last : undefined
}
