/**
 * `commit-ahead`: a group said that it was done with records that it had not received, or that do not exist.
 *
 * Guilty: commit of 3 at 50, and the record at offset 2 was received at 60. Innocent: the application sought past offset 2.
 */
import type { Commit, Consumption } from '../model/evidence.ts'
import type { Level } from '../model/judgement.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import { maySkip, passingInWords } from './commit-modes.ts'
import type { Facts } from './facts.ts'
import type { Reason } from './promises.ts'

export const commitAhead: Checker = {
  name: 'commit-ahead',
  check: (facts, tally) => {
    const { evidence } = facts
    for (const consumption of evidence.consumption) {
      const { partition, group } = consumption
      const commits = consumption.commits.filter(({ outcome }) => outcome === 'acknowledged')
      if (commits.length === 0) continue
      const receipts = lastReceipts(facts, consumption, commits)
      for (const commit of commits) {
        const judged = judgedCommit(facts, { partition, commit, lastReceipt: receipts.get(commit)! })
        if (judged === null) continue
        tally.add({
          anomaly: 'commit-ahead',
          level: judged.level,
          partition,
          group,
          reason: judged.reason,
          witness: () => ({ id: null, offset: commit.offset, at: commit.at, member: evidence.members[commit.member]!.name })
        })
      }
    }
  }
}

interface Judged {
  readonly level: Level
  readonly reason: Reason
}

interface Question {
  readonly partition: number
  readonly commit: Commit
  /** When the last of the owed records below it was first received; Infinity if one never was. */
  readonly lastReceipt: number
}

const judgedCommit = ({ evidence, logs, promises }: Facts, { partition, commit, lastReceipt }: Question): Judged | null => {
  const { bounds } = logs[partition]!
  if (bounds !== null && commit.offset > bounds.logEnd) {
    return {
      level: permittedOr(promises.mayBeTruncated(partition)),
      reason: about(promises.ofPartition(partition), contract => `${contract}: the group committed an offset beyond the end of the log, ${bounds.logEnd}`)
    }
  }
  if (lastReceipt <= commit.at) return null
  const member = evidence.members[commit.member]!

  return {
    level: permittedOr(maySkip(member) || promises.mayBeTruncated(partition)),
    reason: about(passingInWords(promises, partition, [member]), contract => `${contract}: the group committed past a record that it had not received yet`)
  }
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
