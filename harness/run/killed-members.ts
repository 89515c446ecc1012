/**
 * What a fault cut off when it killed members of a group: what they owned, what was due from it, who took it over, and whether they
 * were in the midst of work. A member that owned nothing, or had nothing begun, was killed to no effect, and a restart makes the
 * group share its partitions out again whether or not anybody noticed the death.
 *
 * Example, commits before work: c1 began at 10, committed 20, and was delivered 10 to 17 when it died. 18 and 19 are cut off: c2
 * begins at 20. Commits after work: c1 committed 10, and was delivered 10 to 17: its work on these was cut off.
 */
import { assignmentsOf, isBefore, type Assignment } from '../checkers/ownership.ts'
import { outcomes, type Consumption, type Evidence, type Move } from '../model/evidence.ts'
import type { FaultRun } from './fault-run.ts'
import type { Overlap } from './overlap.ts'

/** The members among the clients that a fault killed, as the evidence numbers them. One that was frozen goes on. */
export const killedMembers = ({ members }: Evidence, { what, clients }: FaultRun): readonly number[] =>
  what === 'kill-client' ? members.flatMap(({ name }, member) => clients.includes(name) ? [member] : []) : []

/** A partition that a member owned when it was killed. */
export interface CutOff {
  readonly consumption: Consumption
  /** It ended with the member's death. */
  readonly assignment: Assignment
  readonly diedAt: number
  readonly successor: Extract<Move, { kind: 'assigned' }> | undefined
}

/**
 * `awaited`: members of which it is the question what their return does; that nobody had their partitions until then is noticed enough. So it
 * is of a group of which nobody is left that could take them over.
 */
export const measureKill = (evidence: Evidence, fault: FaultRun, awaited: readonly string[]): Overlap => {
  const killed = killedMembers(evidence, fault)
  const all = cutOffs(evidence, fault)
  const isAwaited = (member: number): boolean => awaited.includes(evidence.members[member]?.name ?? '')

  return {
    overlapping: Math.max(0, ...all.map(({ consumption }) => deliveriesDue(evidence, consumption, fault))),
    noticed: all.some(cutOff => {
      const { consumption, successor, assignment } = cutOff
      if (successor === undefined) return false
      const waits = nobodyIsLeft(evidence, consumption, killed) || (successor.member === assignment.member && isAwaited(assignment.member))

      return !killed.includes(successor.member) || (waits && stoodStill(cutOff))
    }),
    midWork: all.some(cutOff => leftUncommitted(cutOff) || passedUndelivered(evidence, cutOff).length > 0)
  }
}

const nobodyIsLeft = ({ members }: Evidence, { group }: Consumption, killed: readonly number[]): boolean =>
  members.every((member, index) => member.group !== group || killed.includes(index))

/** Nobody was given anything of the partition from the death until it was assigned again: it waited for the dead. */
const stoodStill = ({ consumption: { deliveries }, diedAt, successor }: CutOff): boolean =>
  successor !== undefined && deliveries.at.every(at => at <= diedAt || at >= successor.at)

/** The records that killed members had passed by a commit and not been delivered: a skip of any other is none of the faults' doing. */
export const skippedByKills = (evidence: Evidence, faults: readonly FaultRun[]): ReadonlySet<string> =>
  new Set(faults.flatMap(fault => cutOffs(evidence, fault).flatMap(cutOff => passedUndelivered(evidence, cutOff))).map(evidence.recordName))

/** What these members had of the partition at that time. */
export const ownedBy = (consumption: Consumption, members: readonly number[], at: number): readonly Assignment[] =>
  assignmentsOf(consumption).assignments.filter(({ member, from, to }) => members.includes(member) && from.at <= at && to.at >= at)

export const cutOffs = (evidence: Evidence, fault: FaultRun): readonly CutOff[] => {
  const killed = killedMembers(evidence, fault)
  const { injectingAt, injectedAt } = fault
  if (killed.length === 0 || injectedAt === undefined) return []

  return evidence.consumption.flatMap(consumption => ownedBy(consumption, killed, injectingAt)
    .map((assignment): CutOff => ({ consumption, assignment, diedAt: Math.min(assignment.to.at, injectedAt), successor: successorOf(consumption, assignment) })))
}

/** The first assignment after a death. It may be told twice, at one time: once its position is known, with that. */
const successorOf = ({ moves }: Consumption, { to }: Assignment): CutOff['successor'] => {
  const assigned = moves.filter(move => move.kind === 'assigned').filter(move => isBefore(to, move))
  const [first] = assigned

  return assigned.find(({ at, member, position }) => at === first?.at && member === first.member && position !== null) ?? first
}

/** One past the last offset that the dead member was delivered, or where it began to read; undefined: not known. */
const nextOf = ({ consumption: { deliveries }, assignment: { member, from, position }, diedAt }: CutOff): number | undefined => {
  let next = position ?? undefined
  for (let row = 0; row < deliveries.length; row += 1) {
    const at = deliveries.at[row] ?? 0
    if (deliveries.member[row] === member && at >= from.at && at <= diedAt) next = Math.max(next ?? 0, (deliveries.offset[row] ?? 0) + 1)
  }

  return next
}

const acknowledgedBefore = ({ consumption: { commits }, diedAt }: CutOff): number =>
  commits.reduce((highest, { outcome, completedAt, offset }) => outcome === 'acknowledged' && completedAt <= diedAt ? Math.max(highest, offset) : highest, 0)

/**
 * It had been delivered something that no commit covered: none that was acknowledged, and none that shows where its successor begins. Of one whose
 * application had sought back its last steps tell: what it worked on once more had been committed before.
 */
const leftUncommitted = (cutOff: CutOff): boolean => {
  if (soughtBack(cutOff)) return workedOnAgain(cutOff)
  const next = nextOf(cutOff)

  return next !== undefined && next > Math.max(acknowledgedBefore(cutOff), cutOff.assignment.position ?? 0, cutOff.successor?.position ?? 0)
}

const soughtBack = ({ consumption: { moves }, assignment: { member, from }, diedAt }: CutOff): boolean =>
  moves.some(move => move.kind === 'seek' && move.reason === 'application' && move.member === member && move.at >= from.at && move.at <= diedAt)

const workedOnAgain = ({ consumption: { deliveries, commits }, assignment: { member, from }, diedAt, successor }: CutOff): boolean => {
  const before = (at: number): boolean => at >= from.at && at <= diedAt
  const last = deliveries.at.findLastIndex((at, row) => deliveries.member[row] === member && before(at))
  const committed = commits.findLast(one => one.member === member && one.outcome === 'acknowledged' && before(one.at) && one.completedAt <= diedAt)
  const offset = deliveries.offset[last]

  return offset !== undefined && offset >= Math.max(committed?.offset ?? 0, successor?.position ?? 0)
}

/**
 * The records that a commit had passed, and that the dead member was not delivered. A commit whose answer the member did not live to
 * see shows in the position at which its successor begins.
 */
const passedUndelivered = (evidence: Evidence, cutOff: CutOff): readonly number[] => {
  const next = nextOf(cutOff)
  if (next === undefined) return []

  const passed = Math.max(acknowledgedBefore(cutOff), cutOff.successor?.position ?? 0)
  const records: number[] = []
  for (const { partition, replica, rows } of evidence.audits) {
    if (partition !== cutOff.consumption.partition || replica !== null) continue
    for (let row = 0; row < rows.length; row += 1) {
      const offset = rows.offset[row] ?? 0
      if (offset >= next && offset < passed) records.push(rows.record[row] ?? 0)
    }
  }

  return records
}

/** Records that were there to be delivered to the group before the fault had healed, and had not been before it struck. */
const deliveriesDue = ({ sends, recordCount }: Evidence, { partition, deliveries }: Consumption, { injectedAt = 0, healedAt = Number.POSITIVE_INFINITY }: FaultRun): number => {
  const firstAt = new Float64Array(recordCount).fill(Number.POSITIVE_INFINITY)
  for (let row = deliveries.length - 1; row >= 0; row -= 1) firstAt[deliveries.record[row] ?? 0] = deliveries.at[row] ?? 0

  let due = 0
  for (let row = sends.starts[partition] ?? 0; row < (sends.starts[partition + 1] ?? 0); row += 1) {
    const written = sends.outcome[row] === outcomes.acknowledged && (sends.outcomeAt[row] ?? 0) <= healedAt
    if (written && (firstAt[sends.record[row] ?? 0] ?? 0) >= injectedAt) due += 1
  }

  return due
}
