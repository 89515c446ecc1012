/**
 * Whether the groups that read a partition noticed a fault by their commits: more of them were left in doubt, in proportion to the
 * time, than in the calm before it. A lost answer to a commit need hold nobody up, and who goes on without waiting for it fetches and works as before.
 *
 * Example: under a fault from 10 s to 12 s a member's commit gets no answer, and none was in doubt from 0 s to 10 s: it was noticed. Had
 * one been in doubt at 9 s, too, it would not have been. What a member left in doubt by its death is that death's doing.
 */
import type { Commit, Consumption, Evidence } from '../model/evidence.ts'
import { calmStart } from './held-up.ts'

interface Span {
  readonly start: number
  readonly end: number
}

export const commitsInDoubt = (evidence: Evidence, partition: number, { start, end }: Span): boolean => {
  const calm = calmStart(evidence, { start, end })
  const groups = evidence.consumption.filter(one => one.partition === partition)
  const commits = groups.flatMap(one => one.commits)
  const doubtful = groups.flatMap(one => one.commits.filter(commit => commit.outcome === 'indeterminate' && !endedWithItsMember(one, commit)))
  const under = doubtful.filter(({ at, until }) => at <= end && until >= start).length
  const before = doubtful.filter(({ at, until }) => at >= calm && until < start).length
  // An open span ends with the last commit: there is no more to see.
  const seen = Math.min(end, commits.reduce((last, { until }) => Math.max(last, until), start)) - start

  return under > before * Math.max(1, seen / Math.max(1, start - calm))
}

/** What a process left open is put on record as of its end, and so is the end of what it owned. */
const endedWithItsMember = ({ moves }: Consumption, { member, until }: Commit): boolean =>
  moves.some(move => move.kind === 'revoked' && move.member === member && move.at === until)
