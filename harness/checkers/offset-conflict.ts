/**
 * `offset-conflict`: two different records at one offset, over all that acknowledgements, deliveries and the audit say. One
 * of them must have been cut off: the mark of a log that was truncated and written again.
 *
 * Guilty: `p1:0` acknowledged at offset 7, `p2:0` delivered at offset 7. Innocent: one record delivered twice at offset 7.
 */
import { sendsOf } from './attempts.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'

export const offsetConflict: Checker = {
  name: 'offset-conflict',
  check: (facts, tally) => {
    const { evidence, promises } = facts
    for (const { partition } of facts.logs) {
      for (const [offset, records] of conflictsIn(facts, partition)) {
        // By the place of the send, which no order of lines changes.
        const excusing = [...records].flatMap(record => sendsOf(evidence, record)).toSorted((left, right) => left - right).find(promises.weakRecord)
        const permitted = excusing !== undefined || promises.mayBeTruncated(partition)
        tally.add({
          anomaly: 'offset-conflict',
          level: permittedOr(permitted),
          partition,
          reason: about(excusing === undefined ? promises.ofPartition(partition) : promises.ofSend(excusing), contract =>
            `${contract}: ${permitted ? 'an offset may have been written again' : 'an offset belongs to one record for good'}`),
          witness: () => ({
            id: evidence.recordName([...records][0]!),
            offset,
            at: null,
            note: `also ${[...records].slice(1, 4).map(evidence.recordName).join(', ')}`
          })
        })
      }
    }
  }
}

type Conflicts = ReadonlyMap<number, ReadonlySet<number>>

/** By offset: the records that are said to stand there, where they are several. */
const conflictsIn = ({ evidence, logs, consumers, placed }: Facts, partition: number): Conflicts => {
  const { sends } = evidence
  const { rows } = logs[partition]!
  const claims = claimsOf(rows.length + sends.starts[partition + 1]! - sends.starts[partition]!)

  for (let row = 0; row < rows.length; row++) claims.add(rows.offset[row]!, rows.record[row]!)
  placed()(partition, send => claims.add(sends.offset[send]!, sends.record[send]!))
  for (const { deliveries } of consumers[partition]!) {
    for (let row = 0; row < deliveries.length; row++) claims.add(deliveries.offset[row]!, deliveries.record[row]!)
  }

  return claims.conflicts
}

/** Who claims which offset: an array while offsets are dense, a map for those beyond. */
const claimsOf = (expected: number) => {
  const dense = new Int32Array(expected * 2 + 1024).fill(-1)
  const sparse = new Map<number, number>()
  const conflicts = new Map<number, Set<number>>()

  const note = (offset: number, first: number, second: number): void => {
    const records = conflicts.get(offset) ?? new Set([first])
    records.add(second)
    conflicts.set(offset, records)
  }

  return {
    conflicts,
    add: (offset: number, record: number): void => {
      const known = offset < dense.length ? dense[offset]! : sparse.get(offset) ?? -1
      if (known === record) return
      if (known !== -1) note(offset, known, record)
      else if (offset < dense.length) dense[offset] = record
      else sparse.set(offset, record)
    }
  }
}
