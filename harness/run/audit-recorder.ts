/**
 * The final audit on record: every record of this run as a `logged` entry, every partition as an `audit` line. The
 * partition's line comes last, so that an audit that was cut short has none.
 *
 * A record of a transaction is decided by the marker that comes after it. Until then it waits; then it is written among those that
 * are known to be committed, in a ledger file of their own, or marked as aborted. One that no marker has decided is told as neither.
 */
import { auditTopics, type AuditedPartition } from '../clients/audit.ts'
import { fingerprintFlags, kinds, noEpoch } from '../ledger/format.ts'
import { openLedger, type Entry } from '../ledger/writer.ts'
import { originOf, readRecord, recordTags } from '../model/record.ts'
import { countOutputs } from './count-outputs.ts'
import { countStores } from './store-files.ts'
import { holdUndecided } from './undecided-records.ts'
import type { AuditOrder, AuditReport, Report, WorkerSetting } from './worker-protocol.ts'

interface Count {
  records: number
  foreign: number
}

export const auditInto = async ({ run, ledger: folder, stores, services, bootstrap }: WorkerSetting, order: AuditOrder): Promise<Report> => {
  const { topics } = order
  const ledger = openLedger(folder, { format: 1, run, process: 'audit', topics })
  const outputs = countOutputs({ run, ledger: folder, topics })
  const undecided = holdUndecided(ledger, {
    openCommitted: () => openLedger(folder, { format: 1, run, process: 'audit-committed', topics, committed: true }),
    committed: ({ entry, origin }) => { outputs.add(topics[entry.topic] ?? '', origin) },
    leftOpen: ({ entry, origin }) => { outputs.leaveOpen(topics[entry.topic] ?? '', origin) }
  })
  const runTag = recordTags(run, '').run
  const withhold = new Set(order.withhold)
  const counts = new Map<string, Count>()
  const topicIndex = new Map(topics.map((name, index): [string, number] => [name, index]))
  let withheld = 0

  const audited = await auditTopics({ bootstrap, topics, deadline: { milliseconds: order.deadlineMs } }, {
    marker: ({ topic, partition, producerId, marker }) => { undecided.decide(`${topic}-${partition}-${producerId}`, marker) },
    record: ({ topic, partition, offset, value, batch }) => {
      const count = countOf(counts, topic, partition)
      const found = readRecord(value, runTag)
      if (found.kind === 'foreign') {
        count.foreign += 1

        return
      }
      const { record, attempt } = found.stamp
      const origin = found.intact ? originOf(value) : undefined
      if (withhold.has(record)) {
        withheld += 1

        return
      }
      count.records += 1
      const entry: Entry = {
        kind: kinds.logged, flags: fingerprintFlags(found.intact), topic: topicIndex.get(topic) ?? 0, partition,
        extra: batch.leaderEpoch < 0 ? noEpoch : batch.leaderEpoch, at: 0, attempt, record, value: offset
      }
      if (batch.transactional) undecided.hold(`${topic}-${partition}-${batch.producerId}`, { entry, origin })
      else {
        outputs.add(topic, origin)
        ledger.append(entry)
      }
    }
  })

  undecided.close()
  ledger.flush()
  const partitions = audited.map(partition => reportOf(partition, countOf(counts, partition.topic, partition.partition)))
  for (const { topic, partition, logStart, logEnd, complete, foreign } of partitions) {
    ledger.event({ event: 'audit', topic, partition, logStart, logEnd, complete, foreign, isolation: 'read_uncommitted', ...lastStableOf(audited, topic, partition) })
  }
  ledger.close()
  // What is counted of one group is missed of the others: all of them, or none.
  const lacking = (order.outputs ?? []).flatMap(of => outputs.lackOf(of, partitions) ?? [])
  const stored = lacking.length > 0 ? lacking : await countStores({ run, ledger: folder, topics, ...stores && { stores }, ...services && { services } }, order.stores ?? [])
  const effects = stored.some(({ lack }) => lack !== undefined) ? stored : [...stored, ...(order.outputs ?? []).map(outputs.write)]

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
