/**
 * Records that were sent without a partition, for the client to choose, and stand in several. One send is one record wherever the client
 * puts it, so the copies of its topic count together: a client that chooses anew when it repeats a send may write both times.
 *
 * Example: p1:0 is sent to orders without a partition, once, and the audits find it in orders-0 and in orders-2: one copy too many.
 */
import { sendsOf } from './attempts.ts'
import type { Facts } from './facts.ts'
import { visibilities, type PartitionLog } from './partition-log.ts'

export interface StrewnCopy {
  readonly log: PartitionLog
  readonly row: number
}

/** By record: its visible copies, where they are in more than one partition of a topic to which it was sent without one, and nowhere else. */
export const strewnCopies = ({ evidence, logs }: Facts): ReadonlyMap<number, readonly StrewnCopy[]> => {
  const strewn = new Map<number, StrewnCopy[]>()
  for (const [open, { topic, partition }] of evidence.partitions.entries()) {
    if (partition !== null) continue
    const ofTopic = logs.filter(log => evidence.partitions[log.partition]!.topic === topic)
    const wentAnywhere = (record: number): boolean => {
      const sends = sendsOf(evidence, record)

      return sends.length > 0 && sends.every(send => evidence.sends.partition[send] === open)
    }
    const firstIn = new Map<number, number>()
    visit(ofTopic, (record, log) => {
      const first = firstIn.get(record) ?? (wentAnywhere(record) ? log.partition : undefined)
      if (first === undefined) return
      if (first !== log.partition) strewn.set(record, [])
      firstIn.set(record, first)
    })
    if (strewn.size > 0) visit(ofTopic, (record, log, row) => { strewn.get(record)?.push({ log, row }) })
  }

  return strewn
}

const visit = (logs: readonly PartitionLog[], each: (record: number, log: PartitionLog, row: number) => void): void => {
  for (const log of logs) {
    for (let row = 0; row < log.rows.length; row++) if (log.visibility[row] === visibilities.visible) each(log.rows.record[row]!, log, row)
  }
}
