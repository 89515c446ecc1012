/**
 * `commit-regressed`: a member took back, within one assignment, what it had committed, without having moved its position.
 *
 * Guilty: commit of 10 acknowledged at 50, commit of 7 invoked at 60. Innocent: both were under way at once.
 */
import type { Commit, Consumption } from '../model/evidence.ts'
import { because, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'
import { assignmentAt, assignmentsByMember, type Assignment } from './ownership.ts'

export const commitRegressed: Checker = {
  name: 'commit-regressed',
  check: (facts, tally) => {
    const { evidence } = facts
    for (const consumption of evidence.consumption) {
      for (const [, commits] of acknowledgedByAssignment(facts, consumption)) {
        for (const { commit, higher } of regressions(commits, seeksOf(consumption, commits[0]!.member))) {
          tally.add({
            anomaly: 'commit-regressed',
            level: 'violation',
            partition: consumption.partition,
            group: consumption.group,
            reason: because('a member committed a lower offset than it had committed before, without a seek'),
            witness: () => ({
              id: null,
              offset: commit.offset,
              at: commit.at,
              member: evidence.members[commit.member]!.name,
              note: `offset ${higher} had been acknowledged before`
            })
          })
        }
      }
    }
  }
}

const acknowledgedByAssignment = (facts: Facts, consumption: Consumption): ReadonlyMap<Assignment, readonly Commit[]> => {
  const byMember = assignmentsByMember(facts.ownership(consumption))
  const byAssignment = new Map<Assignment, Commit[]>()
  for (const commit of consumption.commits) {
    if (commit.outcome !== 'acknowledged') continue
    const assignment = assignmentAt(byMember.get(commit.member), commit)
    if (assignment === undefined) continue
    const known = byAssignment.get(assignment)
    if (known === undefined) byAssignment.set(assignment, [commit])
    else known.push(commit)
  }

  return byAssignment
}

const seeksOf = ({ moves }: Consumption, member: number): readonly number[] =>
  moves.filter(move => move.kind === 'seek' && move.member === member).map(({ at }) => at)

interface Regression {
  readonly commit: Commit
  readonly higher: number
}

/** Goes through commits by invocation, and beside them by completion: only what was completed before can be taken back. */
const regressions = (commits: readonly Commit[], seeks: readonly number[]): readonly Regression[] => {
  const completed = commits.toSorted((left, right) => left.completedAt - right.completedAt)
  const found: Regression[] = []
  let soughtAt = -Infinity
  let nextSeek = 0
  let nextCompleted = 0
  let highest = -Infinity
  for (const commit of commits) {
    for (; nextSeek < seeks.length && seeks[nextSeek]! <= commit.at; nextSeek++) {
      soughtAt = seeks[nextSeek]!
      // What was invoked before the seek no longer counts; what was invoked after it has not been looked at, or is looked at again.
      highest = -Infinity
      nextCompleted = 0
    }
    for (; nextCompleted < completed.length && completed[nextCompleted]!.completedAt < commit.at; nextCompleted++) {
      const earlier = completed[nextCompleted]!
      if (earlier.at > soughtAt) highest = Math.max(highest, earlier.offset)
    }
    if (highest > commit.offset) found.push({ commit, higher: highest })
  }

  return found
}
