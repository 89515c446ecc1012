/**
 * What the brokers' disks tell beyond the anomalies of the history: facts for a reader of the report. None of them decides a verdict;
 * where replicas hold different records, the judgement finds it by itself.
 */
import type { TopicPartition } from '../model/recorder.ts'
import type { EpochStart } from '../segments/index.ts'
import type { DiskAudit } from './disk-audit.ts'
import type { ReplicaLog } from './disk-audit-broker.ts'

/** How far the final audit read a partition's log from its leader. */
export interface LeadersEnd extends TopicPartition {
  readonly logEnd: number
}

export interface AcknowledgedBeyond {
  /** The highest acknowledged offset of the partition at or above this one; -1: none. */
  readonly highest: (at: TopicPartition & { readonly offset: number }) => number
}

const named = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`

const listed = (brokers: readonly number[]): string => `${brokers.length === 1 ? 'broker' : 'brokers'} ${brokers.join(', ')}`

/** Replicas whose log was not read to its end, and why. */
export const unreadReplicas = ({ replicas, absent }: Pick<DiskAudit, 'replicas' | 'absent'>): readonly string[] => [
  ...absent.map(replica => `Broker ${replica.broker}'s disk holds no log of ${named(replica)}, which has a replica there.`),
  ...replicas
    .filter(({ complete }) => !complete)
    .map(log => `The log of ${named(log)} on broker ${log.broker}'s disk was not compared: ${log.reason ?? 'no reason given'}.`)
]

/** A replica that ends below its leader has been cut, or has not caught up; what was acknowledged beyond its end is the measure. */
export const shorterReplicas = (replicas: readonly ReplicaLog[], ends: readonly LeadersEnd[], acknowledged: AcknowledgedBeyond): readonly string[] => replicas.flatMap(log => {
  const leaders = ends.find(({ topic, partition }) => topic === log.topic && partition === log.partition)
  if (!log.complete || leaders === undefined || log.logEnd >= leaders.logEnd) return []

  const highest = acknowledged.highest({ topic: log.topic, partition: log.partition, offset: log.logEnd })
  const epoch = log.epochsFound.at(-1)

  return [`The log of ${named(log)} on broker ${log.broker}'s disk ends at ${log.logEnd}${epoch === undefined ? '' : ` (leader epoch ${epoch.epoch})`}, its leader's at ${leaders.logEnd}; ${
    highest < 0 ? 'nothing was acknowledged beyond it' : `offset ${highest} was acknowledged`}.`]
})

/** Numbers of idempotent producers that stand twice in one log, or are left out. */
export const brokenSequences = (replicas: readonly ReplicaLog[]): readonly string[] => {
  const all = replicas.flatMap(log => log.breaks.map(found => ({ log, found })))
  const alike = Map.groupBy(all, ({ log, found }) => [named(log), found.offset, found.producerId, found.producerEpoch, found.expected, found.found].join(' '))

  return [...alike.values()].flatMap(together => {
    const [first] = together
    if (first === undefined) return []
    const { log, found: { kind, offset, producerId, producerEpoch, expected, found } } = first
    const brokers = listed(together.map(one => one.log.broker))

    return [`In ${named(log)} at offset ${offset}, producer ${producerId} (epoch ${producerEpoch}) goes on with number ${found} where ${expected} was due: ${
      kind === 'repeated' ? 'a batch stands there twice' : 'records are missing'}, on the disk of ${brokers}.`]
  })
}

/** A checkpoint of leader epochs that contradicts the log beside it would make the next truncation cut at a wrong place. */
export const wrongCheckpoints = (replicas: readonly ReplicaLog[]): readonly string[] => replicas.flatMap(log => {
  const { epochsFound, epochsKept } = log
  if (!log.complete || epochsKept === undefined) return []

  return epochsFound.flatMap(({ epoch, startOffset }): readonly string[] => {
    const kept = startOf(epochsKept, epoch)
    if (kept !== undefined && kept <= startOffset) return []

    return [`The leader-epoch-checkpoint of ${named(log)} on broker ${log.broker}'s disk ${kept === undefined ? `does not have epoch ${epoch}` : `lets epoch ${epoch} begin at ${kept}`}, and the log has it from ${startOffset}.`]
  })
})

const startOf = (epochs: readonly EpochStart[], wanted: number): number | undefined => epochs.find(({ epoch }) => epoch === wanted)?.startOffset

/** At rest nothing is being written: what stands behind the last whole batch is a remainder, or damage that hides what follows. */
export const tornReplicas = (replicas: readonly ReplicaLog[]): readonly string[] => replicas
  .filter(({ complete, tornBytes }) => complete && tornBytes > 0)
  .map(log => `The log of ${named(log)} on broker ${log.broker}'s disk ends within a batch: ${log.tornBytes} bytes stand behind offset ${log.logEnd - 1}.`)

/** Batches on a disk whose checksum does not match. */
export const damagedReplicas = (replicas: readonly ReplicaLog[]): readonly string[] => replicas
  .filter(({ damaged }) => damaged > 0)
  .map(log => `${log.damaged} batches of ${named(log)} on broker ${log.broker}'s disk do not match their checksum.`)
