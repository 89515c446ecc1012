/**
 * `lost`: acknowledged, and not in the log. The first question that anybody asks.
 *
 * Guilty: `send p1:0`, `acknowledged p1:0 offset 0`, and an audit from 0 to 1 that is complete and has no record. Innocent: the same
 * with `logStart` 1, because the record may have expired.
 */
import { notKnown } from '../model/evidence.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import { partitionOfRecord } from './facts.ts'

export const lost: Checker = {
  name: 'lost',
  check: (facts, tally) => {
    const { evidence, promises } = facts
    const { sends } = evidence
    for (const [record, { send, permitted }] of facts.lost().records) {
      tally.add({
        anomaly: 'lost',
        level: permittedOr(permitted),
        partition: partitionOfRecord(evidence, record),
        reason: about(promises.ofSend(send), contract => (permitted ? `${contract}: this contract permits the loss` : contract)),
        witness: () => ({
          id: evidence.recordName(record),
          offset: sends.offset[send] === notKnown ? null : sends.offset[send]!,
          at: sends.outcomeAt[send]!,
          attempt: sends.attempt[send]!
        })
      })
    }
  }
}
