/**
 * What the cluster says about itself, as the model's `Metadata`. Where brokers may differ (one that is cut off remembers
 * an old leader) all are asked, and `agreement.ts` says which answer holds. A KRaft broker's metadata names a random broker as the
 * controller; who really leads the quorum is what DescribeQuorum says.
 */
import { describeQuorumV1, metadataV12 } from '@platformatic/kafka'
import type { Bootstrap, Metadata, PartitionState } from '../model/metadata.ts'
import type { TopicPlan } from '../model/topic.ts'
import { activeController, mostShared, partitionsAgreed, untilAgreed, type Agreement } from './agreement.ts'
import { connectBrokers, hasResponse, type Brokers, type Question } from './brokers.ts'
import { askCommittedOffsets, askCoordinator } from './committed-offsets.ts'
import { askConfiguration, resources } from './configuration.ts'
import { createTopic } from './create-topic.ts'
import { askEpochEnd } from './epoch-end.ts'
import { askOffsets } from './offsets.ts'

export const connectMetadata = (bootstrap: Bootstrap, clientId = 'ackproof-metadata'): Metadata => {
  const brokers = connectBrokers(bootstrap, clientId)
  const partitions: Metadata['partitions'] = topics =>
    untilAgreed(() => askPartitions(brokers, topics, { of: bootstrap.length }), { what: `who leads ${topics.join(', ')}, and who is in sync` })

  return {
    partitions,
    liveBrokers: () => untilAgreed(() => askLiveBrokers(brokers), { what: 'which brokers are alive' }),
    controller: () => askController(brokers),
    coordinatorOf: group => askCoordinator(brokers, { kind: 'group', name: group }),
    transactionCoordinatorOf: transactionalId => askCoordinator(brokers, { kind: 'transaction', name: transactionalId }),
    createTopic: plan => createTopic(brokers, plan, partitions),
    topicConfiguration: topic => askConfiguration(brokers, { type: resources.topic, name: topic }),
    brokerConfiguration: broker => askConfiguration(brokers, { type: resources.broker, name: String(broker) }),
    offsets: topics => askOffsets(brokers, () => partitions(topics)),
    epochEnd: question => askEpochEnd(brokers, question),
    committedOffsets: (group, topics) => askCommittedOffsets(brokers, group, topics.flatMap(partitionsOf)),
    close: () => brokers.close()
  }
}

const partitionsOf = ({ name, partitions }: TopicPlan) => Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition }))

/** A partition without a leader makes the library throw; its answer is in the error all the same. */
const describeTopics = (topics: readonly string[]): Question<metadataV12.MetadataResponse> => async connection => {
  try {
    return await metadataV12.api.async(connection, [...topics], false, false)
  } catch (error) {
    if (hasResponse(error)) return error.response as metadataV12.MetadataResponse
    throw error
  }
}

const askLiveBrokers = async (brokers: Brokers): Promise<Agreement<readonly number[]>> => {
  const answers = await brokers.askAll(describeTopics([]))
  if (answers.length === 0) throw new Error('No broker answered the question which brokers are alive.')

  return mostShared(answers.map(answer => answer.brokers.map(({ nodeId }) => nodeId).sort((one, other) => one - other)))
}

const askPartitions = async (brokers: Brokers, topics: readonly string[], all: { readonly of: number }): Promise<Agreement<readonly PartitionState[]>> => {
  const answers = await brokers.askAll(describeTopics(topics))
  if (answers.length === 0) throw new Error(`No broker answered the question who leads ${topics.join(', ')}.`)

  const views = answers.flatMap(answer => answer.topics.flatMap(topic => topic.partitions.map(partition => stateOf(topic.name ?? '', partition))))

  return partitionsAgreed(views, all)
}

const stateOf = (topic: string, found: metadataV12.MetadataResponsePartition): PartitionState => ({
  topic,
  partition: found.partitionIndex,
  leader: found.leaderId < 0 ? undefined : found.leaderId,
  leaderEpoch: found.leaderEpoch < 0 ? undefined : found.leaderEpoch,
  replicas: found.replicaNodes,
  isr: found.isrNodes
})

const quorumTopic = { topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }

/** Brokers hand the question on to the active controller; one that cannot reach it fails or knows an older epoch. */
const askController = async (brokers: Brokers): Promise<number | undefined> => {
  const answers = await brokers.askAll(connection => describeQuorumV1.api.async(connection, [quorumTopic]))
  const quorums = answers.flatMap(answer => answer.topics.flatMap(topic => topic.partitions))

  return activeController(quorums)
}
