/**
 * `vanished`: a consumer had it, and the log has it no more. Not said of what expired, was compacted, or was aborted; nor of
 * what is already called lost.
 *
 * Guilty: `delivered p1:0 offset 0`, and a complete audit from 0 without it. Innocent: its transaction was aborted, and the member
 * reads uncommitted records.
 */
import { notKnown, type Consumption } from '../model/evidence.ts'
import { possibleSends } from './attempts.ts'
import { about, permittedOr, placeOfRecord, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'
import { provesAbsenceAt, rowOf, visibilities } from './partition-log.ts'

interface Vanished {
  readonly permitted: boolean
  readonly partition: number
  readonly row: number
  readonly consumption: Consumption
  readonly sends: readonly number[]
}

export const vanished: Checker = {
  name: 'vanished',
  check: (facts, tally) => {
    const { evidence, promises } = facts
    for (const [record, { permitted, partition, row, consumption: { deliveries }, sends }] of vanishedRecords(facts)) {
      const excusing = sends.find(promises.mayBeLost) ?? sends[0]
      tally.add({
        anomaly: 'vanished',
        level: permittedOr(permitted),
        partition: placeOfRecord(evidence, record, partition),
        reason: about(excusing === undefined ? promises.ofPartition(partition) : promises.ofSend(excusing), contract =>
          `${contract}: a delivered record is no longer in the log${permitted ? ', which this contract permits' : ''}`),
        witness: () => ({ id: evidence.recordName(record), offset: deliveries.offset[row]!, at: deliveries.at[row]! })
      })
    }
  }
}

const vanishedRecords = (facts: Facts): ReadonlyMap<number, Vanished> => {
  const { evidence, promises } = facts
  const lost = facts.lost().records
  const found = new Map<number, Vanished>()
  for (const consumption of evidence.consumption) {
    const { deliveries, partition } = consumption
    for (let row = 0; row < deliveries.length; row++) {
      const record = deliveries.record[row]!
      if (!isGone(facts, consumption, row) || lost.has(record)) continue
      const sends = possibleSends(evidence, { record, partition, offset: deliveries.offset[row]!, attempt: deliveries.attempt[row]! })
      const readsCommitted = evidence.members[deliveries.member[row]!]!.isolation === 'read_committed'
      if (!sends.every(send => mustStay(facts, send, readsCommitted))) continue

      // An accusation must hold for every attempt that could be meant.
      const permitted = sends.length === 0 ? promises.mayBeTruncated(partition) : sends.some(promises.mayBeLost)
      const known = found.get(record)
      if (known === undefined || (known.permitted && !permitted)) found.set(record, { permitted, partition, row, consumption, sends })
    }
  }

  return found
}

const isGone = ({ logs, compaction }: Facts, { deliveries, partition }: Consumption, row: number): boolean => {
  const log = logs[partition]!
  const offset = deliveries.offset[row]!
  const there = rowOf(log, offset, deliveries.record[row]!)
  if (there !== -1 && log.visibility[there] !== visibilities.hidden) return false

  return provesAbsenceAt(log, offset) && !compaction.isCompacted(partition)
}

/** A record in no transaction, in a committed one, or read as committed while nobody says that it was aborted. */
const mustStay = ({ evidence: { sends, transactions } }: Facts, send: number, readsCommitted: boolean): boolean => {
  const transaction = sends.transaction[send]!
  if (transaction === notKnown) return true
  const { state } = transactions[transaction]!

  return state === 'committed' || (state !== 'aborted' && readsCommitted)
}
