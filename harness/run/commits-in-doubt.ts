/**
 * Whether the groups that read a partition noticed a fault by their commits: more of them were left in doubt, in proportion to the
 * time, than in the calm before it. A lost answer to a commit need hold nobody up, and who goes on without waiting for it fetches and works as before.
 *
 * Example: under a fault from 10 s to 12 s a member's commit gets no answer, and none was in doubt from 0 s to 10 s: it was noticed. Had
 * one been in doubt at 9 s, too, it would not have been.
 */
import type { Evidence } from '../model/evidence.ts'
import { calmStart } from './held-up.ts'

interface Span {
  readonly start: number
  readonly end: number
}

export const commitsInDoubt = (evidence: Evidence, partition: number, { start, end }: Span): boolean => {
  const calm = calmStart(evidence, { start, end })
  const commits = evidence.consumption.filter(one => one.partition === partition).flatMap(one => one.commits)
  const doubtful = commits.filter(({ outcome }) => outcome === 'indeterminate')
  const under = doubtful.filter(({ at, until }) => at <= end && until >= start).length
  const before = doubtful.filter(({ at, until }) => at >= calm && until < start).length
  // An open span ends with the last commit: there is no more to see.
  const seen = Math.min(end, commits.reduce((last, { until }) => Math.max(last, until), start)) - start

  return under > before * Math.max(1, seen / Math.max(1, start - calm))
}
