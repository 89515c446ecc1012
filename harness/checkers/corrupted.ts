/**
 * `corrupted`: a record whose fingerprint does not match what was sent, as delivered to a group or in a log.
 *
 * Guilty: `delivered ... intact: false`. Innocent: `intact` absent, which means that nobody looked.
 */
import { marks } from '../model/evidence.ts'
import { because, type Checker } from './checker.ts'

export const corrupted: Checker = {
  name: 'corrupted',
  check: ({ evidence }, tally) => {
    const { audits, consumption, recordName } = evidence
    for (const { partition, rows, replica } of audits) {
      for (let row = 0; row < rows.length; row++) {
        if ((rows.marks[row]! & marks.torn) === 0) continue
        tally.add({
          anomaly: 'corrupted',
          level: 'violation',
          partition,
          reason: because('the fingerprint of a record in the log does not match'),
          witness: () => ({
            id: recordName(rows.record[row]!), offset: rows.offset[row]!, at: null, ...(replica === null ? {} : { note: `on broker ${replica}` })
          })
        })
      }
    }
    for (const { partition, group, deliveries } of consumption) {
      for (let row = 0; row < deliveries.length; row++) {
        if ((deliveries.marks[row]! & marks.torn) === 0) continue
        tally.add({
          anomaly: 'corrupted',
          level: 'violation',
          partition,
          group,
          reason: because('the fingerprint of a delivered record does not match'),
          witness: () => ({ id: recordName(deliveries.record[row]!), offset: deliveries.offset[row]!, at: deliveries.at[row]! })
        })
      }
    }
  }
}
