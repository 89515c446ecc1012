/** Lays the command line's broker and topic configuration over an experiment's own, wherever the experiment names a topic. */
import type { Configuration } from '../model/metadata.ts'
import type { Experiment } from '../model/experiment.ts'
import type { TopicPlan } from '../model/topic.ts'
import type { ClientPlan } from '../model/workload.ts'

export interface Overlay {
  readonly brokerConfig: Configuration
  readonly topicConfig: Configuration
}

export const overlaidExperiment = (experiment: Experiment, { brokerConfig, topicConfig }: Overlay): Experiment => ({
  ...experiment,
  cluster: { ...experiment.cluster, config: { ...experiment.cluster.config, ...brokerConfig } },
  workload: experiment.workload.map(workload => ({
    ...workload,
    topics: workload.topics.map(topic => overlaidTopic(topic, topicConfig)),
    clients: workload.clients.map(client => overlaidClient(client, topicConfig))
  }))
})

const overlaidTopic = (topic: TopicPlan, config: Configuration): TopicPlan => ({ ...topic, config: { ...topic.config, ...config } })

const overlaidClient = (client: ClientPlan, config: Configuration): ClientPlan => client.kind === 'producer'
  ? { ...client, topic: overlaidTopic(client.topic, config) }
  : { ...client, topics: client.topics.map(topic => overlaidTopic(topic, config)) }
