/**
 * `poll-skip` and `poll-rewind`: what one member was given within one assignment must follow the log, offset after offset,
 * unless it moved its position itself. Where a log may be cut off and written again, what lies between two deliveries now may not
 * have been there then: a step back is permitted, and one over records unless one of them was written before the second delivery.
 *
 * Guilty of skipping: 4, then 6, and 5 is in the log. Guilty of rewinding: 4, then 4. Innocent: a `seek` of that member between.
 */
import type { Consumption, Move } from '../model/evidence.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import { standingInWords, type Standing } from './commit-modes.ts'
import type { Facts } from './facts.ts'
import { assignmentAt, assignmentsByMember, type Assignment } from './ownership.ts'
import { visibilities, type PartitionLog } from './partition-log.ts'
import type { Tally } from './tally.ts'
import { isWithin, rewriting, type Rewriting } from './written-by.ts'

export const polls: Checker = {
  name: 'polls',
  check: (facts, tally) => {
    for (const consumption of facts.evidence.consumption) if (consumption.deliveries.length > 0) walk(facts, tally, consumption)
  }
}

/** What a member has come to in its present assignment: the last delivery, or the position at the start. */
interface Place {
  readonly assignment: Assignment
  row: number
}

const walk = (facts: Facts, tally: Tally, consumption: Consumption): void => {
  const { deliveries, moves } = consumption
  const byMember = assignmentsByMember(facts.ownership(consumption))
  const seeks = seeksByMember(moves)
  const places = new Map<number, Place>()
  const visibleFrom = visibleOffsets(facts.logs[consumption.partition]!)
  const around = { facts, tally, consumption, blame: rewriting(facts, consumption).blame }

  for (let row = 0; row < deliveries.length; row++) {
    const member = deliveries.member[row]!
    const offset = deliveries.offset[row]!
    const known = places.get(member)
    if (known !== undefined && isOf(known.assignment, deliveries, row)) {
      const expected = deliveries.offset[known.row]! + 1
      const skips = expected < offset && visibleFrom(expected) < offset
      if ((skips || offset < expected) && !hasSeek(seeks.get(member), deliveries.at[known.row]!, deliveries.at[row]!)) {
        report(around, { row, expected })
      }
      known.row = row
      continue
    }

    const assignment = assignmentAt(byMember.get(member), { at: deliveries.at[row]!, order: deliveries.order[row]! })
    if (assignment === undefined) {
      places.delete(member)
      continue
    }
    places.set(member, { assignment, row })
    const { position, from } = assignment
    if (position === null || (offset >= position && visibleFrom(position) >= offset)) continue
    if (!hasSeek(seeks.get(member), from.at, deliveries.at[row]!)) report(around, { row, expected: position })
  }
}

const isOf = ({ to }: Assignment, deliveries: Consumption['deliveries'], row: number): boolean =>
  deliveries.at[row]! < to.at || (deliveries.at[row] === to.at && deliveries.order[row]! < to.order)

interface Around {
  readonly facts: Facts
  readonly tally: Tally
  readonly consumption: Consumption
  readonly blame: Rewriting['blame']
}

const rewound = 'a member was given an offset that it had passed, without a seek'
const leftOut = 'a record in the log was left out between what a member was given, without a seek'

interface Step {
  readonly row: number
  /** The offset that should have come next. */
  readonly expected: number
}

const report = (around: Around, step: Step): void => {
  const { facts: { evidence, promises }, tally, consumption: { partition, group, deliveries } } = around
  const { row, expected } = step
  const offset = deliveries.offset[row]!
  const rewinds = offset < expected
  const mayBeTruncated = promises.mayBeTruncated(partition)
  const standing = mayBeTruncated ? standingOf(around, step) : 'there before'
  const sentence = rewinds ? rewound : `${leftOut}${mayBeTruncated ? `, ${standingInWords[standing]}` : ''}`
  const permitted = mayBeTruncated && (rewinds || standing === 'perhaps later')
  tally.add({
    anomaly: rewinds ? 'poll-rewind' : 'poll-skip',
    level: permittedOr(permitted),
    partition,
    group,
    reason: about(promises.ofPartition(partition), contract => `${contract}: ${sentence}${rewinds && permitted ? ', which this contract permits' : ''}`),
    witness: () => ({
      id: evidence.recordName(deliveries.record[row]!),
      offset,
      at: deliveries.at[row]!,
      member: evidence.members[deliveries.member[row]!]!.name,
      note: `expected offset ${expected}`
    })
  })
}

/** Whether one of the records left out is proven to have been there when the second one was delivered. */
const standingOf = ({ facts, consumption: { partition, deliveries }, blame }: Around, { row: delivery, expected }: Step): Standing => {
  const log = facts.logs[partition]!
  const to = deliveries.offset[delivery]!
  for (let row = visibleRowFrom(log, expected); row < log.rows.length && log.rows.offset[row]! < to; row++) {
    if (log.visibility[row] === visibilities.visible && isWithin(blame(row), deliveries.at[delivery]!)) return 'there before'
  }

  return 'perhaps later'
}

/** By member: when it sought. Moves come in the order of time. */
const seeksByMember = (moves: readonly Move[]): ReadonlyMap<number, readonly number[]> => {
  const seeks = new Map<number, number[]>()
  for (const move of moves) {
    if (move.kind !== 'seek') continue
    const known = seeks.get(move.member)
    if (known === undefined) seeks.set(move.member, [move.at])
    else known.push(move.at)
  }

  return seeks
}

/** Whether one of some times lies between two, these included: at the same moment it may have been in between. */
export const hasSeek = (times: readonly number[] | undefined, from: number, to: number): boolean => {
  if (times === undefined) return false
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < from) low = middle + 1
    else high = middle
  }

  return low < times.length && times[low]! <= to
}

/** The first visible offset from an offset on; Infinity without one. */
const visibleOffsets = (log: PartitionLog): ((from: number) => number) => from => {
  const row = visibleRowFrom(log, from)

  return row < log.rows.length ? log.rows.offset[row]! : Infinity
}

/** The row of the first visible record from an offset on; beyond the last row without one. */
const visibleRowFrom = ({ rows, visibility, rowAt }: PartitionLog, offset: number): number => {
  let row = rowAt(offset)
  if (row === -1) row = firstRowFrom(rows.offset, rows.length, offset)
  while (row < rows.length && visibility[row] !== visibilities.visible) row += 1

  return row
}

const firstRowFrom = (offsets: PartitionLog['rows']['offset'], length: number, offset: number): number => {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (offsets[middle]! < offset) low = middle + 1
    else high = middle
  }

  return low
}
