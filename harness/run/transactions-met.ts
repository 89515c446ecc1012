/** What a run of transactions has to show, though no anomaly tells it: that somebody tried, or saw, what others are kept from, or was hit where it hurts. */
import { replacements } from '../checkers/zombie-write.ts'
import { marks, outcomes, type Consumption, type Evidence } from '../model/evidence.ts'
import type { TransactionPhase } from '../model/history.ts'
import type { FaultRun } from './fault-run.ts'

/** What somebody tried from whom another had taken over: how often in vain, and how often not. */
export interface LateTries {
  readonly refused: number
  readonly acknowledged: number
}

export const noLateTries: LateTries = { refused: 0, acknowledged: 0 }

export const moreLateTries = (one: LateTries, other: LateTries): LateTries =>
  ({ refused: one.refused + other.refused, acknowledged: one.acknowledged + other.acknowledged })

/** Sends that began after another had taken over their producer's transactional id; those without an outcome left out. */
export const sendsOfTheFenced = (evidence: Evidence): LateTries => {
  const { sends } = evidence
  const replacedAt = replacements(evidence)
  const count = { ...noLateTries }
  for (let row = 0; row < sends.length; row += 1) {
    if ((sends.at[row] ?? 0) <= (replacedAt[sends.producer[row] ?? -1] ?? Infinity)) continue
    const outcome = sends.outcome[row]
    if (outcome === outcomes.rejected || outcome === outcomes.indeterminate) count.refused += 1
    if (outcome === outcomes.acknowledged) count.acknowledged += 1
  }

  return count
}

/**
 * Commits in transactions that members asked for when their partition had been given to another, and not to them again. Refused are those of
 * which the coordinator said so; of any other error nobody knows why it came, and that the transaction was aborted after it shows nothing.
 *
 * Example: c1 and, from 50 on, c2 is given orders-0; c1, which stood still, asks at 80 for a commit there. Refused, it shows that the
 * group's generation fences; acknowledged, that it does not.
 */
export const commitsOfTheReplaced = ({ members, consumption }: Evidence): LateTries => {
  const count = { ...noLateTries }
  for (const { moves, commits } of consumption) {
    for (const { member, at, outcome, told } of commits) {
      if (members[member]?.commits !== 'transactional' || !isReplaced(moves, member, at)) continue
      if (told === 'rejected') count.refused += 1
      if (outcome === 'acknowledged') count.acknowledged += 1
    }
  }

  return count
}

/** Whether the last to be given the partition by then, after the member had been given it, is another. */
const isReplaced = (moves: Consumption['moves'], member: number, by: number): boolean => {
  const given = moves.filter(({ kind, at }) => kind === 'assigned' && at < by)

  return given.some(move => move.member === member) && given.at(-1)?.member !== member
}

/** Deliveries, to whichever group, of what the audit found to be aborted: the same record at the same offset. */
export const deliveriesOfAborted = ({ audits, consumption }: Evidence): number => {
  const abortedIn = Map.groupBy(audits.filter(({ replica }) => replica === null), ({ partition }) => partition)

  return consumption.reduce((sum, { partition, deliveries }) => {
    const aborted = new Map((abortedIn.get(partition) ?? []).flatMap(({ rows }) => [...rows.offset].flatMap((offset, row) =>
      ((rows.marks[row] ?? 0) & marks.uncommitted) === 0 ? [] : [[offset, rows.record[row]] as const])))

    return sum + [...deliveries.offset].filter((offset, row) => aborted.has(offset) && aborted.get(offset) === deliveries.record[row]).length
  }, 0)
}

type Blow = Pick<FaultRun, 'injectingAt' | 'begunAt' | 'injectedAt' | 'transactionalIds'>

/**
 * Whether a commit was asked for before the blow and had no answer when the fault had struck: of any producer, or of those whose transactional
 * ids the fault's victims coordinated, where that is known. One that was left in doubt had none, at the time when its client gave it up. One that
 * was never told of again counts for nothing: its client may have been dead.
 */
export const meetsCommit = (evidence: Evidence, { injectingAt, begunAt = injectingAt, injectedAt, transactionalIds }: Blow): boolean => {
  if (injectedAt === undefined) return false
  const { sends, transactions, producers } = evidence
  const waitedAt = new Map<TransactionPhase | null, number>([['committed', injectedAt], ['indeterminate', begunAt]])
  const waiting = new Set(transactions.flatMap(({ committingAt, endedAt, state }, transaction) =>
    committingAt !== null && committingAt < begunAt && endedAt !== null && endedAt > (waitedAt.get(state) ?? Infinity) ? [transaction] : []))
  if (transactionalIds === undefined || waiting.size === 0) return waiting.size > 0

  for (let row = 0; row < sends.length; row += 1) {
    const id = producers[sends.producer[row] ?? -1]?.transactionalId
    if (waiting.has(sends.transaction[row] ?? -1) && id !== undefined && id !== null && transactionalIds.includes(id)) return true
  }

  return false
}
