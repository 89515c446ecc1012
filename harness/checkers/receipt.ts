/**
 * `skipped` and `undelivered`: records that a group had to receive and never did. What it has passed by committing or reading
 * further is skipped, and gone for it; what it has not come to yet is undelivered, and may still come. Where a log may be cut off
 * and written again, a group may have passed an offset before the record that is there now was written.
 *
 * Guilty of skipping: received 0 and 2, never 1. Undelivered: received 0 and 1, committed 2, and the log ends at 4.
 */
import type { Consumption } from '../model/evidence.ts'
import { auditGap } from './audited.ts'
import { because, type Checker } from './checker.ts'
import { judgePassing } from './commit-modes.ts'
import type { Facts } from './facts.ts'
import { rewriting } from './written-by.ts'

export const receipt: Checker = {
  name: 'receipt',
  check: (facts, tally) => {
    const { evidence, logs, members, promises } = facts
    for (const consumption of evidence.consumption) {
      const { partition, group } = consumption
      const { rows } = logs[partition]!
      const missed = missedRows(facts, consumption)
      const { isProvenPassed } = rewriting(facts, consumption)
      const witness = (row: number) => () => ({ id: evidence.recordName(rows.record[row]!), offset: rows.offset[row]!, at: null })
      for (const row of missed.skipped) {
        tally.add({
          anomaly: 'skipped',
          ...judgePassing(promises, {
            partition,
            members: members[group]!,
            sentence: 'the group passed a record without receiving it',
            standing: () => (isProvenPassed(row) ? 'there before' : 'perhaps later')
          }),
          partition,
          group,
          witness: witness(row)
        })
      }
      for (const row of missed.undelivered) {
        tally.add({
          anomaly: 'undelivered',
          level: 'liveness',
          partition,
          group,
          reason: because('a record was not delivered by the end, and the group has not passed it'),
          witness: witness(row)
        })
      }
    }
  }
}

/** Rows of the partition's log that a group had to receive and did not. */
export const missedRows = (facts: Facts, consumption: Consumption): { readonly skipped: readonly number[], readonly undelivered: readonly number[] } => {
  const { rows } = facts.logs[consumption.partition]!
  const { isOwed, passed, receivedAt, firstPosition } = facts.progress(consumption)
  const skipped: number[] = []
  const undelivered: number[] = []
  if (firstPosition === null) return { skipped, undelivered }

  const mayBeUndelivered = facts.ownership(consumption).assignments.length > 0 && auditGap(facts, consumption.partition) === null
  for (let row = 0; row < rows.length; row++) {
    if (receivedAt[row] !== Infinity || !isOwed(row)) continue
    if (rows.offset[row]! < passed) skipped.push(row)
    else if (mayBeUndelivered) undelivered.push(row)
  }

  return { skipped, undelivered }
}
