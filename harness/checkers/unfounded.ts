/**
 * `unfounded`: the application went on as if a record were written, and nothing says that it was. No broker broke a promise:
 * the application ignored an error, or never waited.
 *
 * Guilty: `send`, `indeterminate`, `believed`, and no copy. Innocent: `believed`, and a copy is in the log.
 */
import { outcomes } from '../model/evidence.ts'
import { sendsOf } from './attempts.ts'
import { because, placeOfRecord, type Checker } from './checker.ts'
import { nowhere } from './tally.ts'

export const unfounded: Checker = {
  name: 'unfounded',
  check: ({ evidence, presence }, tally) => {
    const { believed, sends } = evidence
    const seen = new Uint8Array(evidence.recordCount)
    for (let index = 0; index < believed.length; index++) {
      const record = believed[index]!
      if (seen[record] === 1 || presence[record] !== 0) continue
      seen[record] = 1
      if (sendsOf(evidence, record).some(send => sends.outcome[send] === outcomes.acknowledged)) continue

      const first = sends.firstOf[record]!
      tally.add({
        anomaly: 'unfounded',
        level: 'information',
        partition: placeOfRecord(evidence, record, nowhere),
        reason: because('the application went on as if the record were written, without an acknowledgement'),
        witness: () => ({ id: evidence.recordName(record), offset: null, at: first === -1 ? null : sends.at[first]! })
      })
    }
  }
}
