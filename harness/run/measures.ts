/**
 * Measures what a run's report tells beside the judgement, from evidence that may come in parts: each has all there is of some
 * partitions, and what is measured is of single partitions, so that the parts' answers only have to be put together.
 */
import { recoveryOf } from '../checkers/index.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Finding } from '../model/judgement.ts'
import type { FaultLatency, LagReport, RecoveryReport } from '../model/report.ts'
import { idleAfterHealing } from './after-healing.ts'
import type { CheckOrder } from './check-order.ts'
import { behindFailedWork, failedWork, interruptedByKills, redeliveredOf } from './group-work.ts'
import { skippedByKills } from './killed-members.ts'
import { ignoredSeeks } from './ignored-seeks.ts'
import { lateStarts } from './late-starts.ts'
import { startLatencies } from './latencies.ts'
import { startLag } from './group-lag.ts'
import { startOthersMoved } from './others-moved.ts'
import { commitsOfTheReplaced, deliveriesOfAborted, moreLateTries, noLateTries, sendsOfTheFenced, type LateTries } from './transactions-met.ts'
import { failedUnder, hitBy, measureOverlap, type FailedSends, type Overlap } from './overlap.ts'

export interface Measures {
  /** By topic and partition, and of each by the faults' order. */
  readonly recovery: readonly RecoveryReport[]
  /** By the faults' order. */
  readonly overlaps: readonly Overlap[]
  /** By the faults' order. */
  readonly latencies: readonly FaultLatency[]
  /** By the groups' names. */
  readonly lag: readonly LagReport[]
  /** What was not shown, a sentence each: partitions that may not work again, groups that may have begun too late. */
  readonly unshown: readonly string[]
  /** Seeks that clients did not obey, a sentence each. */
  readonly ignoredSeeks: readonly string[]
  /** What partitions changed hands among members that a fault had not hit: how many, a sentence for each fault, and whether any could have. */
  readonly othersMoved: { readonly count: number, readonly sentences: readonly string[], readonly possible: boolean }
  /** The ids that killed members had passed and not been delivered. */
  readonly killed: ReadonlySet<string>
  /** The ids among the findings that were on their way while a fault was in force; only of a run that expects findings. */
  readonly hit: ReadonlySet<string>
  /** The ids that killed members had been delivered last. */
  readonly interrupted: ReadonlySet<string>
  /** The ids among the findings that a group was delivered more than once; only of a run that expects findings. */
  readonly redelivered: ReadonlySet<string>
  /** The ids on which work failed; only of a run that expects findings. */
  readonly failed: ReadonlySet<string>
  /** The ids among the findings that lie behind one on which work failed; only of a run that expects findings. */
  readonly behindFailed: ReadonlySet<string>
  /** How many sends were under way while a fault was in force, and ended rejected or in doubt; only of a run that expects anything. */
  readonly failedSends: FailedSends
  /** Sends of fenced producers; only of a run that expects anything. */
  readonly fencedSends: LateTries
  /** Commits, in transactions, of members whose partition another had been given; only of a run that expects anything. */
  readonly lateCommits: LateTries
  /** How often a record of an aborted transaction was delivered; only of a run that expects anything. */
  readonly abortedReads: number
}

export interface Measuring {
  readonly add: (evidence: Evidence, findings: readonly Finding[]) => void
  readonly measures: () => Measures
}

export const startMeasuring = ({ faults, expects, awaited = [], leftAt = 0 }: Pick<CheckOrder, 'faults' | 'expects' | 'awaited' | 'leftAt'>): Measuring => {
  const recovery: RecoveryReport[] = []
  const unshown: string[] = []
  const seeks: string[] = []
  const latencies = startLatencies(faults)
  const others = startOthersMoved(faults, leftAt)
  const lag = startLag()
  const overlaps: Overlap[] = []
  const killed = new Set<string>()
  const hit = new Set<string>()
  const interrupted = new Set<string>()
  const redelivered = new Set<string>()
  const failed = new Set<string>()
  const behindFailed = new Set<string>()
  let failedSends: FailedSends = { rejected: 0, indeterminate: 0 }
  let [fencedSends, lateCommits] = [noLateTries, noLateTries]
  let abortedReads = 0

  return {
    add: (evidence, findings) => {
      recovery.push(...recoveryOf(evidence))
      latencies.add(evidence)
      others.add(evidence)
      lag.add(evidence)
      seeks.push(...ignoredSeeks(evidence))
      unshown.push(...idleAfterHealing(evidence, { findings }), ...lateStarts(evidence))
      for (const [index, fault] of faults.entries()) overlaps[index] = together(overlaps[index], measureOverlap(evidence, fault, awaited))
      for (const id of skippedByKills(evidence, faults)) killed.add(id)
      for (const id of interruptedByKills(evidence, faults)) interrupted.add(id)
      if (expects.length === 0) return
      const ids = idsIn(findings)
      for (const id of hitBy(evidence, faults, ids)) hit.add(id)
      for (const id of redeliveredOf(evidence, ids)) redelivered.add(id)
      for (const id of failedWork(evidence)) failed.add(id)
      for (const id of behindFailedWork(evidence, ids)) behindFailed.add(id)
      const { rejected, indeterminate } = failedUnder(evidence, faults)
      failedSends = { rejected: failedSends.rejected + rejected, indeterminate: failedSends.indeterminate + indeterminate }
      fencedSends = moreLateTries(fencedSends, sendsOfTheFenced(evidence))
      lateCommits = moreLateTries(lateCommits, commitsOfTheReplaced(evidence))
      abortedReads += deliveriesOfAborted(evidence)
    },
    measures: () => ({
      overlaps, killed, hit, interrupted, redelivered, failed, behindFailed, failedSends, fencedSends, lateCommits, abortedReads, latencies: latencies.latencies(), lag: lag.lags(),
      othersMoved: { count: others.count(), sentences: others.sentences(), possible: others.possible() },
      // Which partition the evidence numbers first depends on which file mentions it first.
      recovery: recovery.toSorted(byPlace), unshown: unshown.toSorted(inWords.compare), ignoredSeeks: seeks.toSorted(inWords.compare)
    })
  }
}

/** Numbers within words count as numbers. */
const inWords = new Intl.Collator('en', { numeric: true })

const byPlace = (one: RecoveryReport, other: RecoveryReport): number =>
  (one.topic === other.topic ? one.partition - other.partition : one.topic < other.topic ? -1 : 1)

const together = (one: Overlap | undefined, other: Overlap): Overlap => ({
  overlapping: Math.max(one?.overlapping ?? 0, other.overlapping),
  noticed: one?.noticed === true || other.noticed,
  ...other.midWork === undefined ? {} : { midWork: one?.midWork === true || other.midWork },
  ...other.midCommit === undefined ? {} : { midCommit: one?.midCommit === true || other.midCommit }
})

const idsIn = (findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.flatMap(({ witnesses }) => witnesses.flatMap(({ id }) => id === null ? [] : [id])))
