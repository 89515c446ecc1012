/**
 * Commits beside which another may be planted: acknowledged, in the middle of the only assignment of the partition at that
 * time, and followed by one of the same member that went at least as far, so that nothing that comes later rests on it.
 */
import { ownedAlone, owningThroughout, soughtWithin } from './ownership.ts'
import { firstPosition, type CommitFacts, type GroupFacts, type PartitionFacts } from './partition-facts.ts'
import type { Survey } from './survey.ts'

export interface CommitSite {
  readonly where: PartitionFacts
  readonly group: GroupFacts
  readonly commit: CommitFacts
}

/** How much time around a commit must be free, in microseconds. */
export const freeBefore = 2
export const freeAfter = 8

export const commitSites = (survey: Survey): readonly CommitSite[] =>
  [...survey.partitions.values()].flatMap(where => [...where.groups.values()].flatMap(group => sitesOf(where, group)))

/** Enough to choose from, however often a group committed. */
const mostSites = 200

const sitesOf = (where: PartitionFacts, group: GroupFacts): readonly CommitSite[] => {
  const first = where.audit === undefined ? undefined : firstPosition(group, where.audit.logStart)
  if (first === undefined || group.moves.every(({ kind }) => kind !== 'assigned')) return []

  const acknowledged = group.commits.filter(({ outcome }) => outcome === 'acknowledged')
  const step = Math.max(1, Math.floor(acknowledged.length / mostSites))

  return acknowledged.filter((commit, index) => index % step === 0 && commit.offset > first && stands(group, commit))
    .map(commit => ({ where, group, commit }))
}

const stands = (group: GroupFacts, commit: CommitFacts): boolean => {
  const { member } = commit
  const next = group.commits.find(other => other.at > commit.at && other.member === member)
  if (next === undefined || next.outcome !== 'acknowledged' || next.offset < commit.offset) return false

  const span = { from: commit.at - freeBefore, until: commit.until + freeAfter }

  return next.at > span.until
    && owningThroughout(group, member, { from: span.from, until: next.at }) !== undefined
    && ownedAlone(group, member, span)
    && !soughtWithin(group, member, { from: span.from, until: next.at })
}
