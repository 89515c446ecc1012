/**
 * The audit of the disks: every replica of the run's topics, read from its broker's segments beside the final audit, whatever
 * that broker says. Replicas have to agree only when the cluster is at rest: a replica that was out of sync, or whose leader
 * changed while it was read, counts as not read completely. One that lags by a fetch is shorter, and only what two replicas
 * both cover is compared.
 */
import { openLedger, type LedgerWriter } from '../ledger/writer.ts'
import { withDeadline } from '../model/deadline.ts'
import type { Disk } from '../model/disk.ts'
import type { Metadata, PartitionState } from '../model/metadata.ts'
import { recordTags } from '../model/record.ts'
import type { TopicPartition } from '../model/recorder.ts'
import { directoryOf, partitionFiles } from '../segments/index.ts'
import { readBrokersDisk, type ReplicaFiles, type ReplicaLog } from './disk-audit-broker.ts'
import { pause } from './waiting.ts'

export interface DiskAuditOrder {
  readonly run: string
  /** The ledger's folder. */
  readonly ledger: string
  readonly topics: readonly string[]
  readonly metadata: Pick<Metadata, 'partitions'>
  readonly disk: (broker: number) => Disk
  readonly deadlineMs: number
  /** Followers fetch a few times a second; one that has not caught up by then is read as it is. */
  readonly catchUpMs: number
  readonly mostBytes: number
  readonly signal: AbortSignal
}

export interface DiskAudit {
  readonly replicas: readonly ReplicaLog[]
  /** Replicas that the cluster speaks of, and whose broker's disk holds no log of them. */
  readonly absent: readonly (TopicPartition & { readonly broker: number })[]
  /** What the segments on all disks take. */
  readonly bytes: number
  /** More than `mostBytes`, so that no replica was read. */
  readonly tooLarge: boolean
}

const catchUpEveryMs = 250
const endsWithinMs = 5000

export const auditDisks = async (order: DiskAuditOrder): Promise<DiskAudit> => {
  const { deadlineMs } = order
  const giveUp = new AbortController()
  const work = auditUntil({ ...order, signal: AbortSignal.any([order.signal, giveUp.signal]) })
  try {
    return await withDeadline(work, { what: 'the brokers\' disks', deadlineMs })
  } finally {
    giveUp.abort()
    // What it has begun ends before anybody reads the ledger; one that hangs in the engine writes nothing any more.
    await Promise.race([work.catch(() => undefined), pause(endsWithinMs)])
  }
}

const auditUntil = async (order: DiskAuditOrder): Promise<DiskAudit> => {
  const { metadata, topics } = order
  const before = await metadata.partitions(topics)
  const disks = await listAtRest(order, before)
  const bytes = disks.reduce((sum, { replicas }) => sum + replicas.reduce((all, replica) => all + bytesOf(replica), 0), 0)
  if (bytes > order.mostBytes) return { replicas: [], absent: [], bytes, tooLarge: true }

  const open = disks.map(disk => ({ ...disk, ledger: openLedger(order.ledger, { format: 1, run: order.run, process: `disk-${disk.broker}`, topics, replica: disk.broker }) }))
  try {
    const run = recordTags(order.run, '').run
    const read = await Promise.all(open.map(({ broker, replicas, ledger }) =>
      readBrokersDisk({ broker, replicas, ledger, run, topics, disk: order.disk(broker), signal: order.signal })))
    const after = await metadata.partitions(topics)
    order.signal.throwIfAborted()
    const logs = read.map(ofBroker => ofBroker.map(log => heldTo(log, { before, after })))
    open.forEach(({ ledger }, index) => { record(ledger, logs[index] ?? []) })

    return { replicas: logs.flat(), absent: absentFrom(disks, before), bytes, tooLarge: false }
  } finally {
    for (const { ledger } of open) ledger.close()
  }
}

interface BrokersFiles {
  readonly broker: number
  readonly replicas: readonly ReplicaFiles[]
}

/** Lists the replicas' files; a few times over where followers have not caught up yet. */
const listAtRest = async (order: DiskAuditOrder, states: readonly PartitionState[]): Promise<readonly BrokersFiles[]> => {
  const brokers = [...new Set(states.flatMap(({ replicas }) => replicas))].toSorted((one, other) => one - other)
  const list = (): Promise<readonly BrokersFiles[]> => Promise.all(brokers.map(async broker => {
    const held = states.filter(({ replicas }) => replicas.includes(broker))

    return { broker, replicas: await listReplicas(order.disk(broker), held) }
  }))
  const until = performance.now() + order.catchUpMs
  let found = await list()
  while (!areOfOneSize(found) && performance.now() < until) {
    await pause(catchUpEveryMs, order.signal)
    found = await list()
  }

  return found
}

const listReplicas = async (disk: Disk, states: readonly PartitionState[]): Promise<readonly ReplicaFiles[]> => {
  const files = await disk.list(states.map(({ topic, partition }) => directoryOf(topic, partition)))
  const topics = [...new Set(states.map(({ topic }) => topic))]

  return topics.flatMap(topic => partitionFiles(topic, files).filter(({ segments }) => segments.length > 0).map(found => ({ ...found, topic })))
}

const bytesOf = ({ segments }: ReplicaFiles): number => segments.reduce((sum, { file }) => sum + file.bytes, 0)

const areOfOneSize = (disks: readonly BrokersFiles[]): boolean =>
  [...Map.groupBy(disks.flatMap(({ replicas }) => replicas), ({ topic, partition }) => directoryOf(topic, partition)).values()]
    .every(replicas => new Set(replicas.map(bytesOf)).size === 1)

const absentFrom = (disks: readonly BrokersFiles[], states: readonly PartitionState[]): DiskAudit['absent'] => states.flatMap(({ topic, partition, replicas }) => replicas
  .filter(broker => !disks.some(disk => disk.broker === broker && disk.replicas.some(found => found.topic === topic && found.partition === partition)))
  .map(broker => ({ topic, partition, broker })))

interface Times {
  readonly before: readonly PartitionState[]
  readonly after: readonly PartitionState[]
}

const heldTo = (log: ReplicaLog, { before, after }: Times): ReplicaLog => {
  const stateIn = (states: readonly PartitionState[]): PartitionState | undefined => states.find(({ topic, partition }) => topic === log.topic && partition === log.partition)
  const [first, last] = [stateIn(before), stateIn(after)]
  const inSync = [first, last].every(state => state?.isr.includes(log.broker) === true)
  if (!inSync) return unsettled(log, 'its broker was not in sync')
  if (first?.leader !== last?.leader || first?.leaderEpoch !== last?.leaderEpoch) return unsettled(log, 'its partition changed hands while it was read')

  return log
}

const unsettled = (log: ReplicaLog, reason: string): ReplicaLog => ({ ...log, complete: false, reason: log.reason ?? reason })

/** The lines come last: a replica whose reading was cut short has none. */
const record = (ledger: LedgerWriter, logs: readonly ReplicaLog[]): void => {
  ledger.flush()
  for (const { topic, partition, broker, logStart, logEnd, complete, foreign } of logs) {
    ledger.event({ event: 'audit', topic, partition, logStart, logEnd, complete, foreign, replica: broker, isolation: 'read_uncommitted' })
  }
}
