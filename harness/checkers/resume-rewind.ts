/**
 * `resume-rewind`: a member began below an offset that its group had committed: the group's memory was lost.
 *
 * Guilty: commit of 10 completed at 50, assigned at 60 with position 7. Innocent: a commit of 7 was still under way at 60.
 */
import type { Commit, Consumption } from '../model/evidence.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import type { Assignment } from './ownership.ts'

export const resumeRewind: Checker = {
  name: 'resume-rewind',
  check: (facts, tally) => {
    const { evidence, promises } = facts
    for (const consumption of evidence.consumption) {
      const { partition, group } = consumption
      const permitted = promises.mayBeTruncated(partition)
      for (const assignment of facts.ownership(consumption).assignments) {
        const forgotten = forgottenCommit(consumption, assignment)
        if (forgotten === undefined) continue
        tally.add({
          anomaly: 'resume-rewind',
          level: permittedOr(permitted),
          partition,
          group,
          reason: about(promises.ofPartition(partition), contract =>
            `${contract}: a member began below what its group had committed${permitted ? ', which this contract permits' : ''}`),
          witness: () => ({
            id: null,
            offset: assignment.position,
            at: assignment.from.at,
            member: evidence.members[assignment.member]!.name,
            note: `offset ${forgotten.offset} had been committed at ${forgotten.completedAt}`
          })
        })
      }
    }
  }
}

/** A commit that the assignment's position should have respected. */
const forgottenCommit = (consumption: Consumption, assignment: Assignment): Commit | undefined => {
  const { position, from: { at } } = assignment
  if (position === null || soughtAtOnce(consumption, assignment)) return undefined
  const rewoundUntil = latestRewind(consumption.commits, { position, at })

  return consumption.commits.find(commit =>
    commit.outcome === 'acknowledged' && commit.completedAt < at && commit.offset > position && commit.at > rewoundUntil)
}

/**
 * Until when a commit at or below the position may have taken effect: whatever was committed by then may have been overwritten.
 * Infinity: for all that is known, it was the last one.
 */
const latestRewind = (commits: readonly Commit[], { position, at }: { readonly position: number, readonly at: number }): number => {
  let latest = -Infinity
  for (const commit of commits) {
    if (commit.offset > position || commit.at > at || commit.outcome === 'rejected') continue
    latest = Math.max(latest, commit.outcome === 'indeterminate' ? Infinity : commit.completedAt)
  }

  return latest
}

/** The member moved to a position of its own before it read anything. */
const soughtAtOnce = ({ moves, deliveries }: Consumption, { member, from, to }: Assignment): boolean => {
  const seek = moves.find(move => move.kind === 'seek' && move.member === member && move.at >= from.at && move.at <= to.at)
  if (seek === undefined) return false
  for (let row = 0; row < deliveries.length && deliveries.at[row]! < seek.at; row++) {
    if (deliveries.member[row] === member && deliveries.at[row]! > from.at) return false
  }

  return true
}
