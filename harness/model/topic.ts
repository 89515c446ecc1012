/** A topic as an experiment asks for it. The run creates it and records what the cluster then says about it. */

export interface TopicPlan {
  readonly name: string
  readonly partitions: number
  readonly replicas: number
  readonly minInsyncReplicas: number
  /** Absent: by the run, as this plan says. `brokers`: they make it when it is first asked for, of their own defaults, which must be what this plan says. */
  readonly createdBy?: 'brokers'
  /** Further topic configuration, in Kafka's own keys and values: `{ 'flush.messages': '1' }`. */
  readonly config: Readonly<Record<string, string>>
}

export interface TopicOptions {
  readonly partitions?: number
  readonly replicas?: number
  readonly minInsyncReplicas?: number
  readonly createdBy?: 'brokers'
  readonly config?: Readonly<Record<string, string>>
}

/** A topic of three partitions, three replicas and a min ISR of 2, unless told otherwise. */
export const topic = (name: string, options: TopicOptions = {}): TopicPlan => ({
  name,
  partitions: options.partitions ?? 3,
  replicas: options.replicas ?? 3,
  minInsyncReplicas: options.minInsyncReplicas ?? 2,
  ...options.createdBy === undefined ? {} : { createdBy: options.createdBy },
  config: options.config ?? {}
})
