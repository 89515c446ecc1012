/**
 * What the cluster says about itself: who leads, who is in sync, who coordinates. `clients/` implements it with an admin
 * client that never hangs: each question has a deadline and goes to another broker when one does not answer.
 */
import type { TopicPlan } from './topic.ts'

export interface PartitionState {
  readonly topic: string
  readonly partition: number
  /** The leading broker's id; undefined while there is none. */
  readonly leader: number | undefined
  readonly leaderEpoch: number | undefined
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** True: every broker was heard, and none knows a later epoch. False or absent: one may. */
  readonly agreed?: boolean
}

/** About a partition whose leader and its epoch are known: where does its log of the epochs up to `epoch` end? */
export interface EpochQuestion {
  readonly topic: string
  readonly partition: number
  readonly leader: number
  readonly leaderEpoch: number
  readonly epoch: number
}

export interface EpochEnd {
  /** At this offset and above it, the leader's log holds nothing of the epochs asked about. */
  readonly end: number
  /** Every replica in sync has followed the leader up to here. */
  readonly highWatermark: number
}

export interface OffsetRange {
  readonly topic: string
  readonly partition: number
  readonly logStart: number
  readonly logEnd: number
}

/** The configuration in force, in Kafka's own keys and values, defaults included. */
export type Configuration = Readonly<Record<string, string>>

export interface Metadata {
  /** The brokers that are registered and not fenced. */
  readonly liveBrokers: () => Promise<readonly number[]>
  readonly partitions: (topics: readonly string[]) => Promise<readonly PartitionState[]>
  /** The active controller's node id, undefined while there is none. */
  readonly controller: () => Promise<number | undefined>
  /** The broker that coordinates a consumer group. */
  readonly coordinatorOf: (group: string) => Promise<number | undefined>
  /** The broker that coordinates the transactions of a transactional id. */
  readonly transactionCoordinatorOf: (transactionalId: string) => Promise<number | undefined>
  readonly createTopic: (topic: TopicPlan) => Promise<void>
  readonly topicConfiguration: (topic: string) => Promise<Configuration>
  readonly brokerConfiguration: (broker: number) => Promise<Configuration>
  /** First offset and one past the last (the high watermark) of each partition, asked of its leader; without those that have none for ten seconds. */
  readonly offsets: (topics: readonly string[]) => Promise<readonly OffsetRange[]>
  /** Undefined: the leader does not know. Rejects if that broker does not lead in that epoch. */
  readonly epochEnd: (question: EpochQuestion) => Promise<EpochEnd | undefined>
  /** What a group has committed, by `topic-partition`; a partition without a commit is absent. */
  readonly committedOffsets: (group: string, topics: readonly TopicPlan[]) => Promise<ReadonlyMap<string, number>>
  readonly close: () => Promise<void>
}

/** Where clients of one role connect: `host:port`, one for each broker. */
export type Bootstrap = readonly string[]
