/**
 * Whether the groups that read a partition noticed a fault by their commits: more of them were left in doubt than in as long a time before
 * it. A lost answer to a commit need hold nobody up, and who goes on without waiting for it fetches and works as before.
 *
 * Example: under a fault from 10 s to 12 s a member's commit gets no answer, and none was in doubt from 8 s to 10 s: it was noticed. Had
 * one been in doubt at 9 s, too, it would not have been.
 */
import type { Evidence } from '../model/evidence.ts'

interface Span {
  readonly start: number
  readonly end: number
}

export const commitsInDoubt = ({ consumption }: Evidence, partition: number, { start, end }: Span): boolean => {
  const doubtful = consumption.filter(one => one.partition === partition).flatMap(({ commits }) => commits.filter(({ outcome }) => outcome === 'indeterminate'))
  const under = doubtful.filter(({ at }) => at >= start && at <= end).length
  const before = doubtful.filter(({ at }) => at >= start - (end - start) && at < start).length

  return under > before
}
