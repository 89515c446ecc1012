/**
 * Records that were sent without a partition, for the client to choose, and stand in several. One send is one record wherever the client
 * puts it, so the copies of its topic count together: a client that chooses anew when it repeats a send may write both times.
 *
 * Example: p1:0 is sent to orders without a partition, once, and the audits find it in orders-0 and in orders-2: one copy too many.
 */
import type { Evidence } from '../model/evidence.ts'
import type { Facts } from './facts.ts'
import { visibilities, type PartitionLog } from './partition-log.ts'

/** A copy of a record: a row of a partition's log. */
export interface FoundAt {
  readonly log: PartitionLog
  readonly row: number
}

/** By record: its visible copies, where they are in more than one partition of a topic to which it was sent without one, and nowhere else. */
export const strewnCopies = ({ evidence, logs }: Facts): ReadonlyMap<number, readonly FoundAt[]> => {
  const all = new Map<number, FoundAt[]>()
  for (const [open, { topic, partition }] of evidence.partitions.entries()) {
    if (partition !== null) continue
    const ofTopic = logs.filter(log => evidence.partitions[log.partition]!.topic === topic)
    const strewn = new Map<number, FoundAt[]>()
    // By record, one more than the first partition in which it was seen.
    const firstIn = new Int32Array(evidence.recordCount)
    visit(ofTopic, (record, log) => {
      if (!wentAnywhere(evidence, record, open)) return
      if (firstIn[record] === 0) firstIn[record] = log.partition + 1
      else if (firstIn[record] !== log.partition + 1) strewn.set(record, [])
    })
    if (strewn.size > 0) visit(ofTopic, (record, log, row) => { strewn.get(record)?.push({ log, row }) })
    for (const [record, copies] of strewn) all.set(record, copies)
  }

  return all
}

/** All its sends left the partition of a topic open, which is the one with that number. */
const wentAnywhere = ({ sends }: Evidence, record: number, open: number): boolean => {
  for (let send = sends.firstOf[record]!; send !== -1; send = sends.nextOf[send]!) if (sends.partition[send] !== open) return false

  return sends.firstOf[record] !== -1
}

const visit = (logs: readonly PartitionLog[], each: (record: number, log: PartitionLog, row: number) => void): void => {
  for (const log of logs) {
    for (let row = 0; row < log.rows.length; row++) if (log.visibility[row] === visibilities.visible) each(log.rows.record[row]!, log, row)
  }
}
