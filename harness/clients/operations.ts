/**
 * What an operator does to the cluster, as the model's `Operations`. Brokers hand each request on to the active controller; while there is
 * none, or where one does not answer, it is asked again, of another broker, for as long as a quorum usually takes to elect one: all of it can
 * be asked twice. A refusal is final.
 */
import { alterPartitionReassignmentsV0, ConfigSources, describeConfigsV4, incrementalAlterConfigsV1, protocolErrorsCodesById } from '@platformatic/kafka'
import type { Bootstrap, Configuration, Metadata } from '../model/metadata.ts'
import type { Election, Operations, Placement } from '../model/operations.ts'
import type { TopicPartition } from '../model/recorder.ts'
import { connectBrokers, hasResponse, type Brokers, type Question } from './brokers.ts'
import { resources } from './configuration.ts'
import { electLeadersV2, type ElectionResult } from './elect-leaders.ts'
import { pause } from './waiting.ts'

/** Longer than a quorum takes to elect a controller. */
const persistMs = 12_000
const controllerTimeoutMs = 1500
/** How long the brokers may take to hear of what the controller has done. */
const heardWithinMs = 3000
const againMs = 100

const set = 0
const unset = 1

export const connectOperations = (bootstrap: Bootstrap, metadata: Pick<Metadata, 'partitions'>, clientId = 'ackproof-operations'): Operations => {
  const brokers = connectBrokers(bootstrap, clientId)

  return {
    reassign: async placements => {
      await persistently(brokers, connection => alterPartitionReassignmentsV0.api.async(connection, controllerTimeoutMs, false, topicsOf(placements)))
      await untilHeard(async () => {
        const replicas = await replicasOf(metadata, placements)

        return placements.every(({ replicas: wanted }, index) => wanted.every(one => replicas[index]?.includes(one)) && replicas[index]?.[0] === wanted[0])
      })
    },
    elect: (election, partitions) => elect({ brokers, metadata }, election, partitions),
    topicOverrides: topic => askOverrides(brokers, topic),
    configureTopic: async (topic, change) => {
      const settings = Object.entries(change)
      const request = [{ resourceType: resources.topic, resourceName: topic, configs: settings.map(changed) }]
      await persistently(brokers, connection => incrementalAlterConfigsV1.api.async(connection, request, false))
      await untilHeard(async () => {
        const told = await askOverrides(brokers, topic)

        return settings.every(([key, value]) => told[key] === value)
      })
    },
    close: () => brokers.close()
  }
}

const topicsOf = (placements: readonly Placement[]): alterPartitionReassignmentsV0.AlterPartitionReassignmentsRequestTopic[] =>
  [...Map.groupBy(placements, ({ topic }) => topic)].map(([name, own]) =>
    ({ name, partitions: own.map(({ partition, replicas }) => ({ partitionIndex: partition, replicas: [...replicas] })) }))

const changed = ([name, value]: readonly [string, string | undefined]): incrementalAlterConfigsV1.IncrementalAlterConfigsRequestConfig =>
  value === undefined ? { name, configOperation: unset } : { name, configOperation: set, value }

const askOverrides = async (brokers: Brokers, topic: string): Promise<Configuration> => {
  const answer = await brokers.askAny(connection => describeConfigsV4.api.async(connection, [{ resourceType: resources.topic, resourceName: topic }], false, false))

  return Object.fromEntries(answer.results.flatMap(({ configs }) => configs)
    .flatMap(({ name, value, configSource }): readonly (readonly [string, string])[] =>
      configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG && typeof value === 'string' ? [[name, value]] : []))
}

interface Asked {
  readonly brokers: Brokers
  readonly metadata: Pick<Metadata, 'partitions'>
}

const elect = async ({ brokers, metadata }: Asked, election: Election, partitions: readonly TopicPartition[]): Promise<readonly string[]> => {
  if (partitions.length === 0) return []

  const before = await leadersOf(metadata, partitions)
  const { results } = await persistently(brokers, connection => electLeadersV2.async(connection, { election, partitions, timeoutMs: controllerTimeoutMs }))
  const refused = results.filter(({ errorCode }) => errorCode !== 0)
  const elected = partitions.filter(one => !refused.some(({ topic, partition }) => topic === one.topic && partition === one.partition))
  await untilHeard(async () => {
    const now = await leadersOf(metadata, elected)

    return elected.every(one => (now.get(keyOf(one)) ?? -1) > (before.get(keyOf(one)) ?? -1))
  })

  return refused.map(inWords)
}

const inWords = ({ topic, partition, errorCode, errorMessage }: ElectionResult): string =>
  `${topic}-${partition}: ${protocolErrorsCodesById[errorCode] ?? errorCode}${errorMessage === null ? '' : ` (${errorMessage})`}`

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`

/** The epochs of those that are led. */
const leadersOf = async (metadata: Asked['metadata'], partitions: readonly TopicPartition[]): Promise<ReadonlyMap<string, number>> => {
  const states = partitions.length === 0 ? [] : await metadata.partitions([...new Set(partitions.map(({ topic }) => topic))])

  return new Map(states.flatMap(state => state.leader === undefined || state.leaderEpoch === undefined ? [] : [[keyOf(state), state.leaderEpoch] as const]))
}

const replicasOf = async (metadata: Asked['metadata'], partitions: readonly TopicPartition[]): Promise<readonly (readonly number[] | undefined)[]> => {
  const states = await metadata.partitions([...new Set(partitions.map(({ topic }) => topic))])

  return partitions.map(one => states.find(state => keyOf(state) === keyOf(one))?.replicas)
}

const passing = new Set(['REQUEST_TIMED_OUT', 'NOT_CONTROLLER'])

const isRefusal = (error: unknown): boolean =>
  error instanceof AggregateError && (hasResponse(error)
    ? !error.errors.some(one => passing.has(String((one as { readonly apiId?: unknown }).apiId)))
    : error.errors.some(isRefusal))

const persistently = async <Answer>(brokers: Brokers, question: Question<Answer>): Promise<Answer> => {
  const end = performance.now() + persistMs
  for (;;) {
    try {
      return await brokers.askAny(question)
    } catch (error) {
      if (isRefusal(error) || performance.now() > end) throw error
      await pause(againMs)
    }
  }
}

/** Waits for brokers to hear of what was done. Whether it took effect is for the caller to prove: a wait in vain is no failure of it. */
const untilHeard = async (isHeard: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + heardWithinMs
  while (performance.now() < end && !await isHeard()) await pause(againMs)
}
