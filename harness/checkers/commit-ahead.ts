/**
 * `commit-ahead`: a group said that it was done with records that it had not received, or that do not exist.
 *
 * Guilty: commit of 3 at 50, and the record at offset 2 was received at 60. Innocent: the application sought past offset 2.
 */
import type { Commit, Consumption } from '../model/evidence.ts'
import type { Level } from '../model/judgement.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import { commitsInWords, maySkip } from './commit-modes.ts'
import type { Facts } from './facts.ts'
import type { Reason } from './promises.ts'

export const commitAhead: Checker = {
  name: 'commit-ahead',
  check: (facts, tally) => {
    const { evidence } = facts
    for (const consumption of evidence.consumption) {
      const { partition, group, commits } = consumption
      if (commits.length === 0) continue
      const lastReceivedBelow = receipts(facts, consumption)
      for (const commit of commits) {
        if (commit.outcome !== 'acknowledged') continue
        const judged = judgedCommit(facts, { partition, commit, lastReceivedBelow })
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
  readonly lastReceivedBelow: (offset: number) => number
}

const judgedCommit = ({ evidence, logs, promises }: Facts, { partition, commit, lastReceivedBelow }: Question): Judged | null => {
  const { bounds } = logs[partition]!
  if (bounds !== null && commit.offset > bounds.logEnd) {
    return {
      level: permittedOr(promises.mayBeTruncated(partition)),
      reason: about(promises.ofPartition(partition), contract => `${contract}: the group committed an offset beyond the end of the log, ${bounds.logEnd}`)
    }
  }
  if (lastReceivedBelow(commit.offset) <= commit.at) return null
  const member = evidence.members[commit.member]!

  return {
    level: permittedOr(maySkip(member)),
    reason: about(commitsInWords([member]), commits => `${commits}: the group committed past a record that it had not received yet`)
  }
}

/** By offset: when the last of the owed records below it was first received; Infinity if one never was. */
const receipts = (facts: Facts, consumption: Consumption): ((offset: number) => number) => {
  const { rows } = facts.logs[consumption.partition]!
  const { isOwed, receivedAt } = facts.progress(consumption)
  const offsets: number[] = []
  const latest: number[] = []
  let highest = -Infinity
  for (let row = 0; row < rows.length; row++) {
    if (!isOwed(row)) continue
    // Only where the latest receipt rises does a commit's answer change.
    if (receivedAt[row]! <= highest) continue
    highest = receivedAt[row]!
    offsets.push(rows.offset[row]!)
    latest.push(highest)
    if (highest === Infinity) break
  }

  return offset => {
    let low = 0
    let high = offsets.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (offsets[middle]! < offset) low = middle + 1
      else high = middle
    }

    return latest[low - 1] ?? -Infinity
  }
}
