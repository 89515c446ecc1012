/**
 * How far a group came in a partition: where it began, what it has passed, what it jumped over on purpose, and when it
 * received each record. From that follows what the partition still owes it.
 *
 * Example: the group began at 10, committed 20, and received 10 to 17: it passed 18 and 19 without receiving them.
 */
import type { Consumption, Move } from '../model/evidence.ts'
import type { Facts } from './facts.ts'
import { isBefore } from './ownership.ts'
import { rowOf, visibilities, type PartitionLog } from './partition-log.ts'

export interface GroupProgress {
  /** The offset at which the group began; null: not known, and nothing is judged. */
  readonly firstPosition: number | null
  /** Everything below is behind the group. */
  readonly passed: number
  /** By row of the partition's log: when the record was first received; Infinity: never. */
  readonly receivedAt: Float64Array
  readonly isExcused: (offset: number) => boolean
  /** Whether this row of the log is a record that the group had to receive. */
  readonly isOwed: (row: number) => boolean
}

export const groupProgress = (facts: Facts, consumption: Consumption): GroupProgress => {
  const log = facts.logs[consumption.partition]!
  const firstPosition = firstPositionOf(facts, consumption)
  const isExcused = insideOneOf(excusedRanges(consumption))

  return {
    firstPosition,
    isExcused,
    passed: passedBy(consumption),
    receivedAt: receivedFrom(consumption, log),
    isOwed: row => {
      const offset = log.rows.offset[row]!

      return log.visibility[row] === visibilities.visible && firstPosition !== null && offset >= firstPosition && !isExcused(offset)
    }
  }
}

const firstPositionOf = (facts: Facts, consumption: Consumption): number | null => {
  const { deliveries, moves, partition } = consumption
  const move = moves.find(tellsPosition)
  const delivered = deliveries.length > 0 ? { at: deliveries.at[0]!, order: deliveries.order[0]! } : undefined
  if (move !== undefined && (delivered === undefined || isBefore(move, delivered))) return positionIn(move)
  if (delivered !== undefined) return deliveries.offset[0]!

  const owners = new Set(facts.ownership(consumption).assignments.map(({ member }) => member))
  const fromEarliest = [...owners].every(member => facts.evidence.members[member]!.reset === 'earliest')

  return owners.size > 0 && fromEarliest ? facts.logs[partition]!.bounds?.logStart ?? null : null
}

const tellsPosition = (move: Move): boolean => move.kind === 'seek' || (move.kind === 'assigned' && move.position !== null)

const positionIn = (move: Move): number | null => {
  if (move.kind === 'seek') return move.offset

  return move.kind === 'assigned' ? move.position : null
}

const passedBy = ({ commits, deliveries, moves }: Consumption): number => {
  let passed = 0
  for (const { outcome, offset } of commits) if (outcome === 'acknowledged') passed = Math.max(passed, offset)
  for (let row = 0; row < deliveries.length; row++) passed = Math.max(passed, deliveries.offset[row]! + 1)
  for (const move of moves) if (move.kind === 'assigned') passed = Math.max(passed, move.position ?? 0)

  return passed
}

/** Deliveries come in the order of time, so the first one of a record is its earliest. */
const receivedFrom = ({ deliveries }: Consumption, log: PartitionLog): Float64Array => {
  const receivedAt = new Float64Array(log.rows.length).fill(Infinity)
  for (let row = 0; row < deliveries.length; row++) {
    const found = rowOf(log, deliveries.offset[row]!, deliveries.record[row]!)
    if (found !== -1 && receivedAt[found] === Infinity) receivedAt[found] = deliveries.at[row]!
  }

  return receivedAt
}

interface Range {
  readonly from: number
  readonly to: number
}

/** What each application jumped over: nothing when it went back. A seek that does not say why may have been the application's. */
const excusedRanges = ({ moves, deliveries }: Consumption): readonly Range[] => {
  if (!moves.some(mayBeApplication)) return []

  const ranges: Range[] = []
  const positions = new Map<number, number | null>()
  let row = 0
  for (const move of moves) {
    for (; row < deliveries.length && isBefore({ at: deliveries.at[row]!, order: deliveries.order[row]! }, move); row++) {
      positions.set(deliveries.member[row]!, deliveries.offset[row]! + 1)
    }
    if (mayBeApplication(move)) {
      ranges.push({ from: positions.get(move.member) ?? 0, to: move.offset })
    }
    positions.set(move.member, positionIn(move))
  }

  return ranges
}

const mayBeApplication = (move: Move): move is Extract<Move, { kind: 'seek' }> => move.kind === 'seek' && (move.reason === 'application' || move.reason === null)

const insideOneOf = (ranges: readonly Range[]): ((offset: number) => boolean) => {
  if (ranges.length === 0) return () => false
  const merged = mergedRanges(ranges)

  return offset => {
    let low = 0
    let high = merged.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (merged[middle]!.from <= offset) low = middle + 1
      else high = middle
    }

    return (merged[low - 1]?.to ?? -1) > offset
  }
}

const mergedRanges = (ranges: readonly Range[]): readonly Range[] => {
  const merged: Range[] = []
  for (const range of ranges.toSorted((left, right) => left.from - right.from)) {
    const last = merged.at(-1)
    if (last !== undefined && range.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
    else merged.push(range)
  }

  return merged
}
