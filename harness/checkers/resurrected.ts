/**
 * `resurrected`: a record that was definitely not written is there; or one of an aborted transaction is there as committed.
 *
 * Guilty: its only attempt was `rejected`, and it is in the log. Innocent: a second attempt of it timed out.
 */
import { marks, notKnown, outcomes, type Evidence } from '../model/evidence.ts'
import { possibleSends, wasSent } from './attempts.ts'
import { because, placeOfRecord, type Checker } from './checker.ts'
import { visibilities, type PartitionLog } from './partition-log.ts'

export const resurrected: Checker = {
  name: 'resurrected',
  check: ({ evidence, logs }, tally) => {
    if (evidence.transactions.length === 0 && !evidence.sends.outcome.includes(outcomes.rejected)) return

    const seen = new Set<number>()
    for (const log of logs) {
      const { partition, rows, visibility } = log
      for (let row = 0; row < rows.length; row++) {
        const record = rows.record[row]!
        if (visibility[row] === visibilities.hidden || !wasSent(evidence, record)) continue
        const rejected = visibility[row] === visibilities.visible && wasRejected(evidence, record)
        if ((!rejected && !isAbortedAsCommitted(evidence, log, row)) || seen.has(record)) continue

        seen.add(record)
        tally.add({
          anomaly: 'resurrected',
          level: 'violation',
          partition: placeOfRecord(evidence, record, partition),
          reason: because(rejected
            ? 'every attempt of the record was rejected, and it is in the log'
            : 'the transaction of the record was aborted, and the log has it as committed'),
          witness: () => ({ id: evidence.recordName(record), offset: rows.offset[row]!, at: evidence.sends.at[evidence.sends.firstOf[record]!]! })
        })
      }
    }
  }
}

/** All attempts of a record that was sent. */
const wasRejected = ({ sends }: Evidence, record: number): boolean => {
  for (let send = sends.firstOf[record]!; send !== -1; send = sends.nextOf[send]!) {
    if (sends.outcome[send] !== outcomes.rejected) return false
  }

  return true
}

const isAbortedAsCommitted = (evidence: Evidence, { partition, rows, bounds }: PartitionLog, row: number): boolean => {
  if ((rows.marks[row]! & marks.committed) === 0 && bounds?.isolation !== 'read_committed') return false
  if (evidence.transactions.length === 0) return false
  const copy = { partition, offset: rows.offset[row]!, record: rows.record[row]!, attempt: rows.attempt[row]! }

  return possibleSends(evidence, copy).every(send => isAborted(evidence, send))
}

/** Whether the send's transaction was aborted. */
export const isAborted = ({ sends, transactions }: Evidence, send: number): boolean =>
  sends.transaction[send] !== notKnown && transactions[sends.transaction[send]!]!.state === 'aborted'
