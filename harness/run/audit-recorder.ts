/**
 * The final audit on record: every record of this run as a `logged` entry, every partition as an `audit` line. The
 * partition's line comes last, so that an audit that was cut short has none.
 */
import { auditTopics, type AuditedPartition } from '../clients/audit.ts'
import { flags, kinds, noEpoch } from '../ledger/format.ts'
import { openLedger } from '../ledger/writer.ts'
import { readRecord, recordTags } from '../model/record.ts'
import { countStores } from './store-files.ts'
import type { AuditOrder, AuditReport, Report, WorkerSetting } from './worker-protocol.ts'

interface Count {
  records: number
  foreign: number
}

export const auditInto = async ({ run, ledger: folder, stores, bootstrap }: WorkerSetting, order: AuditOrder): Promise<Report> => {
  const { topics } = order
  const ledger = openLedger(folder, { format: 1, run, process: 'audit', topics })
  const runTag = recordTags(run, '').run
  const withhold = new Set(order.withhold)
  const counts = new Map<string, Count>()
  const topicIndex = new Map(topics.map((name, index): [string, number] => [name, index]))
  let withheld = 0

  const audited = await auditTopics({ bootstrap, topics, deadline: { milliseconds: order.deadlineMs } }, ({ topic, partition, offset, value, batch }) => {
    const count = countOf(counts, topic, partition)
    const found = readRecord(value, runTag)
    if (found.kind === 'foreign') {
      count.foreign += 1

      return
    }
    const { record, attempt } = found.stamp
    if (withhold.has(record)) {
      withheld += 1

      return
    }
    count.records += 1
    ledger.append({
      kind: kinds.logged, flags: found.intact ? 0 : flags.torn, topic: topicIndex.get(topic) ?? 0, partition,
      extra: batch.leaderEpoch < 0 ? noEpoch : batch.leaderEpoch, at: 0, attempt, record, value: offset
    })
  })

  ledger.flush()
  const partitions = audited.map(partition => reportOf(partition, countOf(counts, partition.topic, partition.partition)))
  for (const { topic, partition, logStart, logEnd, complete, foreign } of partitions) {
    ledger.event({ event: 'audit', topic, partition, logStart, logEnd, complete, foreign, isolation: 'read_uncommitted', ...lastStableOf(audited, topic, partition) })
  }
  ledger.close()
  const effects = await countStores({ run, ledger: folder, stores, topics }, order.stores ?? [])

  return { report: 'audited', effects, partitions, withheld, records: partitions.reduce((sum, { records }) => sum + records, 0) }
}

const countOf = (counts: Map<string, Count>, topic: string, partition: number): Count => {
  const key = `${topic}-${partition}`
  const known = counts.get(key)
  if (known !== undefined) return known

  const count: Count = { records: 0, foreign: 0 }
  counts.set(key, count)

  return count
}

const reportOf = ({ topic, partition, logStart, logEnd, complete, damagedBatches, reason }: AuditedPartition, { records, foreign }: Count): AuditReport =>
  ({ topic, partition, logStart, logEnd, complete, foreign, records, damagedBatches, ...(reason === undefined ? {} : { reason }) })

/** An empty partition was never fetched, and its last stable offset never told. */
const lastStableOf = (audited: readonly AuditedPartition[], topic: string, partition: number): { readonly lastStable?: number } => {
  const lastStable = audited.find(one => one.topic === topic && one.partition === partition)?.lastStable

  return lastStable === undefined ? {} : { lastStable }
}
