/**
 * How much work met a fault, and whether a client noticed it. A fault that bit a broker nobody was using at that moment proves
 * nothing about the claim, so a run in which too little overlapped, or nobody noticed, is vacuous.
 */
import { outcomes, type Evidence, type Numbers } from '../model/evidence.ts'
import { isAnnounced } from './announced.ts'
import { commitsInDoubt } from './commits-in-doubt.ts'
import type { FaultRun } from './fault-run.ts'
import { sendsNoticed } from './held-up.ts'
import { killedMembers, measureKill, ownedBy } from './killed-members.ts'
import { cutOffWriting } from './killed-producers.ts'
import { isSilent, settledAt } from './settled-at.ts'
import { producersStoodStill } from './stood-still.ts'
import { meetsCommit } from './transactions-met.ts'

export interface Overlap {
  /**
   * Sends to the busiest affected partition that were waiting, and deliveries from it, between `injected` and `healed`; of a killed
   * group member: the deliveries due from what it owned.
   */
  readonly overlapping: number
  readonly noticed: boolean
  /** Of a killed group member or producer: whether work that it had begun was cut off. */
  readonly midWork?: boolean
  /** Of a run with transactions: whether a commit that had been asked for was still without an answer when the fault had struck. */
  readonly midCommit?: boolean
}

export const measureOverlap = (evidence: Evidence, fault: FaultRun, awaited: readonly string[] = []): Overlap => {
  const met = killedMembers(evidence, fault).length > 0 ? measureKill(evidence, fault, awaited) : measureTraffic(evidence, fault)
  const writing = cutOffWriting(evidence, fault)

  return {
    ...met,
    ...writing === undefined ? {} : { midWork: writing || met.midWork === true },
    ...evidence.transactions.length === 0 ? {} : { midCommit: meetsCommit(evidence, fault) }
  }
}

const measureTraffic = (evidence: Evidence, fault: FaultRun): Overlap => {
  const start = fault.injectedAt ?? Number.POSITIVE_INFINITY
  const end = fault.healedAt ?? Number.POSITIVE_INFINITY
  const idle = idlePartitions(evidence, fault)
  const affected = evidence.partitions.flatMap(({ topic, partition }, index) =>
    !idle.has(index) && fault.affected.some(one => one.partition === partition && one.topic === evidence.topics[topic]?.name) ? [index] : [])
  const work = affected.map(partition => sendsBetween(evidence, partition, { start, end }) + deliveriesBetween(evidence, partition, { start, end }))

  return {
    overlapping: Math.max(0, ...work),
    noticed: affected.some(partition => noticings.some(noticed => noticed(evidence, partition, fault, { start: fault.injectingAt, end })))
  }
}

/** Of a fault that hits members of groups: what none of them owned when it struck. What others did there did not meet it. */
const idlePartitions = ({ members, consumption, partitions }: Evidence, { clients, injectingAt }: FaultRun): ReadonlySet<number> => {
  const hit = members.flatMap(({ name }, member) => clients.includes(name) ? [member] : [])
  if (hit.length === 0) return new Set()
  const owned = new Set(consumption.filter(one => ownedBy(one, hit, injectingAt).length > 0).map(({ partition }) => partition))

  return new Set(partitions.flatMap((_, partition) => owned.has(partition) ? [] : [partition]))
}

interface Span {
  readonly start: number
  readonly end: number
}

const within = (at: number | undefined, { start, end }: Span): boolean => at !== undefined && at >= start && at <= end

/** A send that was invoked before the fault and still waits under it meets it as much as one that is invoked under it; of announced ones only the end is known. */
const sendsBetween = (evidence: Evidence, partition: number, span: Span): number => {
  const { sends } = evidence
  let count = 0
  for (let row = sends.starts[partition] ?? 0; row < (sends.starts[partition + 1] ?? 0); row += 1) {
    const until = settledAt(evidence, row)
    const isMet = isAnnounced(evidence, row) ? !isSilent(sends, row) && within(until, span) : (sends.at[row] ?? 0) <= span.end && until >= span.start
    if (isMet) count += 1
  }

  return count
}

const deliveriesBetween = ({ consumption }: Evidence, partition: number, span: Span): number =>
  consumption.filter(one => one.partition === partition)
    .reduce((sum, { deliveries }) => sum + countWithin(deliveries.at, span), 0)

const countWithin = (times: Numbers, span: Span): number => {
  let count = 0
  for (const at of times) if (within(at, span)) count += 1

  return count
}

type Noticing = (evidence: Evidence, partition: number, fault: FaultRun, span: Span) => boolean

/** The partition changed hands in a group. */
const changedHands: Noticing = ({ consumption }, partition, _, span) =>
  consumption.some(one => one.partition === partition && one.moves.some(move => within(move.at, span)))

/** Who sends with acks 0 waits for no answer, and can notice nothing: that the partition got another leader is all that there is to see. */
const movedUnheard: Noticing = (evidence, partition, _, span) => {
  const { sends, producers } = evidence
  const from = sends.starts[partition] ?? 0
  const rowsOfPartition = (sends.starts[partition + 1] ?? 0) - from
  const unheard = Array.from({ length: rowsOfPartition }, (_unused, row) => sends.producer[from + row] ?? 0)
    .every(producer => producers[producer]?.acks === '0')

  return rowsOfPartition > 0 && unheard && lostLeader(evidence, partition, span) !== undefined
}

/** The faults that take the lead from whom they hit: of others, a leader that moved meanwhile is no proof. */
const endings: ReadonlySet<string> = new Set(['kill', 'stop', 'restart', 'pause', 'power-cut', 'wipe'])

/** For so long before a fault nothing was acknowledged, where sends could not tell of it. */
const refusedUs = 3_000_000

/**
 * Where another fault let nothing be acknowledged any more, no send can tell of one fault more: that a broker which it hit led the partition, and
 * did not any more, is all that there is to see.
 */
const movedWhileRefused: Noticing = (evidence, partition, { brokers, what }, span) => {
  if (!endings.has(what)) return false
  const before = { start: span.start - refusedUs, end: span.start }
  const leader = lostLeader(evidence, partition, span)

  return leader !== undefined && brokers.some(id => String(id) === String(leader))
    && sendsBetween(evidence, partition, before) > 0 && !acknowledgedBetween(evidence, partition, before)
}

/** A controlled shutdown hands the lead over first, so that hardly a send need wait. */
const handingOver: ReadonlySet<string> = new Set(['stop', 'restart'])

/** A broker that it hit led the partition, and another one did under the fault, by whom records were acknowledged: clients had to find it. */
const ledByAnother: Noticing = (evidence, partition, { brokers, what }, span) => {
  const leader = handingOver.has(what) ? lostLeader(evidence, partition, span) : undefined
  const next = evidence.leaders.find(one => one.partition === partition && within(one.at, span) && one.leader !== leader)

  return next !== undefined && brokers.some(id => String(id) === String(leader)) && acknowledgedBetween(evidence, partition, { start: next.at, end: span.end })
}

const acknowledgedBetween = ({ sends }: Evidence, partition: number, span: Span): boolean => {
  for (let row = sends.starts[partition] ?? 0; row < (sends.starts[partition + 1] ?? 0); row += 1) {
    if (sends.outcome[row] === outcomes.acknowledged && within(sends.outcomeAt[row], span)) return true
  }

  return false
}

/** Who led a partition when a span began, and did not any more within it; undefined: nobody, or the leader stayed. */
const lostLeader = ({ leaders }: Evidence, partition: number, span: Span): string | number | undefined => {
  const own = leaders.filter(one => one.partition === partition)
  const before = own.findLast(({ at }) => at < span.start)?.leader ?? undefined

  return own.some(({ at, leader }) => within(at, span) && leader !== before) ? before : undefined
}

const noticings: readonly Noticing[] = [
  changedHands,
  (evidence, partition, _, span) => commitsInDoubt(evidence, partition, span),
  // A send failed, was left in doubt or was held up.
  (evidence, partition, _, span) => sendsNoticed(evidence, partition, span),
  (evidence, partition, fault) => producersStoodStill(evidence, partition, fault),
  movedUnheard,
  movedWhileRefused,
  ledByAnother
]

/**
 * Replication of what was acknowledged just before a fault may still have been under way when it struck, so a record counts as
 * hit from a second before.
 */
const graceUs = 1_000_000

/** Whether any part of a span was while a fault was in force. */
const wasUnder = (faults: readonly FaultRun[], { start, end }: Span): boolean =>
  faults.some(({ injectingAt, healedAt }) => start <= (healedAt ?? Number.POSITIVE_INFINITY) && end >= injectingAt)

export interface FailedSends {
  readonly rejected: number
  readonly indeterminate: number
}

/** How many sends were under way while a fault was in force, and ended rejected or in doubt. One without an outcome may be its client's death. */
export const failedUnder = (evidence: Evidence, faults: readonly FaultRun[]): FailedSends => {
  const { sends } = evidence
  const failed = { rejected: 0, indeterminate: 0 }
  for (let row = 0; row < sends.length; row += 1) {
    const outcome = sends.outcome[row]
    if (outcome !== outcomes.rejected && outcome !== outcomes.indeterminate) continue
    const end = sends.outcomeAt[row] ?? 0
    // Of an announced one only the end is known.
    const start = isAnnounced(evidence, row) ? end : sends.at[row] ?? 0
    if (wasUnder(faults, { start, end })) failed[outcome === outcomes.rejected ? 'rejected' : 'indeterminate'] += 1
  }

  return failed
}

/** Whether a record was on its way while a fault was in force: sent before its end, and settled after its beginning. */
export const hitBy = (evidence: Evidence, faults: readonly FaultRun[], ids: ReadonlySet<string>): ReadonlySet<string> => {
  const { sends } = evidence
  const hit = new Set<string>()
  for (let row = 0; row < sends.length; row += 1) {
    const record = sends.record[row] ?? 0
    const at = sends.at[row] ?? 0
    const until = settledAt(evidence, row)
    if (!wasUnder(faults, { start: at, end: until + graceUs })) continue
    const id = evidence.recordName(record)
    if (ids.has(id)) hit.add(id)
  }

  return hit
}
