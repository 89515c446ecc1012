/**
 * What an operator can make the cluster do by Kafka's own admin protocol: elections, other replicas, other settings. Faults act by it, and
 * prove by `Metadata` that it was done. `clients/` implements it like `Metadata`: each request has a deadline and another broker to ask. All
 * of it can be asked twice and means the same.
 */
import type { Configuration } from './metadata.ts'
import type { TopicPartition } from './recorder.ts'

/** The brokers that are to hold a partition: the first of them is its preferred leader. */
export interface Placement extends TopicPartition {
  readonly replicas: readonly number[]
}

/** `preferred`: the first of the replicas, if it is in sync. `unclean`: any replica that lives, in sync or not, where there is no leader. */
export type Election = 'preferred' | 'unclean'

/** By key; undefined: the default again, whatever that is. */
export type ConfigurationChange = Readonly<Record<string, string | undefined>>

export interface Operations {
  /** Asks for these replicas. To copy them takes longer: `Metadata` tells when they are as asked. Rejects if the cluster refuses. */
  readonly reassign: (placements: readonly Placement[]) => Promise<void>
  /** Resolves when the brokers have heard of the outcome, with what was refused, in sentences: of a partition that needs no election, too. */
  readonly elect: (election: Election, partitions: readonly TopicPartition[]) => Promise<readonly string[]>
  /** What was set for this topic itself; what it has by default is left out. */
  readonly topicOverrides: (topic: string) => Promise<Configuration>
  /** Resolves when the brokers tell the new values. Rejects if the cluster refuses. */
  readonly configureTopic: (topic: string, change: ConfigurationChange) => Promise<void>
  readonly close: () => Promise<void>
}
