/**
 * `phantom`: a record of this run that nobody sent, delivered or in a log.
 *
 * Guilty: `delivered p9:4`, and no `send p9:4`. Innocent: `send p9:4` without an outcome.
 */
import type { Evidence } from '../model/evidence.ts'
import { because, type Checker } from './checker.ts'

interface Sight {
  readonly partition: number
  readonly offset: number
  readonly at: number | null
}

export const phantom: Checker = {
  name: 'phantom',
  check: ({ evidence }, tally) => {
    for (const [record, { partition, offset, at }] of sights(evidence)) {
      tally.add({
        anomaly: 'phantom',
        level: 'violation',
        partition,
        reason: because('a record was found that nobody sent'),
        witness: () => ({ id: evidence.recordName(record), offset, at })
      })
    }
  }
}

/** Where each such record was seen: in the lowest topic and partition. */
const sights = (evidence: Evidence): ReadonlyMap<number, Sight> => {
  const { sends, consumption, audits } = evidence
  const lowest = new Map<number, Sight>()
  const note = (record: number, sight: Sight): void => {
    const known = lowest.get(record)
    if (known === undefined || isLower(evidence, sight.partition, known.partition)) lowest.set(record, sight)
  }
  for (const { partition, rows } of audits) {
    for (let row = 0; row < rows.length; row++) {
      if (sends.firstOf[rows.record[row]!] === -1) note(rows.record[row]!, { partition, offset: rows.offset[row]!, at: null })
    }
  }
  for (const { partition, deliveries } of consumption) {
    for (let row = 0; row < deliveries.length; row++) {
      const record = deliveries.record[row]!
      if (sends.firstOf[record] === -1) note(record, { partition, offset: deliveries.offset[row]!, at: deliveries.at[row]! })
    }
  }

  return lowest
}

const isLower = ({ partitions, topics }: Evidence, left: number, right: number): boolean => {
  const one = partitions[left]!
  const other = partitions[right]!
  if (one.topic !== other.topic) return topics[one.topic]!.name < topics[other.topic]!.name

  // Where a record was seen, the partition is known.
  return one.partition! < other.partition!
}
