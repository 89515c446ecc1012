/**
 * `commit-ahead`: a group said that it was done with records that it had not received, or that do not exist.
 *
 * Guilty: commit of 3 at 50, and the record at offset 2 was received at 60. Innocent: the application sought past offset 2.
 */
import type { Commit, Consumption } from '../model/evidence.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import { judgePassing, maySkip, type JudgedPassing } from './commit-modes.ts'
import type { Facts } from './facts.ts'
import type { Promises } from './promises.ts'
import { provenAhead } from './proven-ahead.ts'
import { rewriting } from './written-by.ts'

export const commitAhead: Checker = {
  name: 'commit-ahead',
  check: (facts, tally) => {
    const { evidence } = facts
    for (const consumption of evidence.consumption) {
      const { partition, group } = consumption
      const commits = consumption.commits.filter(({ outcome }) => outcome === 'acknowledged')
      const add = (commit: Commit, judged: JudgedPassing): void => tally.add({
        anomaly: 'commit-ahead',
        ...judged,
        partition,
        group,
        witness: () => ({ id: null, offset: commit.offset, at: commit.at, member: evidence.members[commit.member]!.name })
      })
      const logEnd = facts.logs[partition]!.bounds?.logEnd ?? Infinity
      const within = commits.filter(({ offset }) => offset <= logEnd)
      for (const commit of commits) if (commit.offset > logEnd) add(commit, judgedBeyond(facts.promises, partition, logEnd))
      for (const [commit, judged] of judgedWithin(facts, consumption, within)) add(commit, judged)
    }
  }
}

const judgedBeyond = (promises: Promises, partition: number, logEnd: number): JudgedPassing => ({
  level: permittedOr(promises.mayBeTruncated(partition)),
  reason: about(promises.ofPartition(partition), contract => `${contract}: the group committed an offset beyond the end of the log, ${logEnd}`)
})

const judgedWithin = (facts: Facts, consumption: Consumption, commits: readonly Commit[]): readonly (readonly [Commit, JudgedPassing])[] => {
  const { evidence: { members }, promises } = facts
  const { partition } = consumption
  const receipts = lastReceipts(facts, consumption, commits)
  const ahead = commits.filter(commit => receipts.get(commit)! > commit.at)
  const accused = promises.mayBeTruncated(partition) ? ahead.filter(({ member }) => !maySkip(members[member]!)) : []
  const proven = provenAhead(facts, consumption, { accused, blame: rewriting(facts, consumption).blame })

  return ahead.map(commit => [commit, judgePassing(promises, {
    partition,
    members: [members[commit.member]!],
    sentence: 'the group committed past a record that it had not received yet',
    standing: () => (proven.has(commit) ? 'there before' : 'perhaps later')
  })])
}

/** Walks up the log once, and beside it the commits by offset. */
const lastReceipts = (facts: Facts, consumption: Consumption, commits: readonly Commit[]): ReadonlyMap<Commit, number> => {
  const { rows } = facts.logs[consumption.partition]!
  const { isOwed, receivedAt } = facts.progress(consumption)
  const receipts = new Map<Commit, number>()
  let row = 0
  let latest = -Infinity
  for (const commit of commits.toSorted((left, right) => left.offset - right.offset)) {
    for (; row < rows.length && rows.offset[row]! < commit.offset; row++) {
      if (receivedAt[row]! > latest && isOwed(row)) latest = receivedAt[row]!
    }
    receipts.set(commit, latest)
  }

  return receipts
}
