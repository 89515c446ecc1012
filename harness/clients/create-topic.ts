/**
 * Creates a topic, or has the brokers create it, and waits until it can be used: every partition led, every replica in sync.
 *
 * Brokers create a topic of their own defaults when a client asks for it that is not there (`auto.create.topics.enable`). The first answers
 * say that it is not there yet.
 */
import { createTopicsV7, metadataV12 } from '@platformatic/kafka'
import type { Metadata, PartitionState } from '../model/metadata.ts'
import type { TopicPlan } from '../model/topic.ts'
import { asError, hasResponse, type Brokers } from './brokers.ts'
import { pause } from './waiting.ts'

const readyWithinMs = 30_000
const pollEveryMs = 100

/** Throws if the topic existed before, if the cluster refuses it, or if it is not ready within 30 s. */
export const createTopic = async (brokers: Brokers, plan: TopicPlan, describe: Metadata['partitions']): Promise<void> => {
  if (plan.createdBy === 'brokers') await askForMissing(brokers, plan)
  else await create(brokers, plan)
  await untilReady(plan, describe)
}

const create = async (brokers: Brokers, plan: TopicPlan): Promise<void> => {
  let unanswered = false
  await brokers.askAny(async connection => {
    try {
      await createTopicsV7.api.async(connection, [requestOf(plan)], 1500, false)
    } catch (error) {
      // An earlier try that got no answer may have created it; only then is its existence no surprise.
      if (unanswered && saysItExists(error)) return
      unanswered ||= !hasResponse(error)
      throw error
    }
  })
}

const askForMissing = async (brokers: Brokers, { name, config }: TopicPlan): Promise<void> => {
  const own = Object.keys(config)
  if (own.length > 0) throw new Error(`Topic ${name} is to be created by the brokers, so that it has no ${own.join(', ')} of its own.`)

  await brokers.askAny(async connection => {
    try {
      await metadataV12.api.async(connection, [name], true, false)
    } catch (error) {
      if (!hasResponse(error)) throw error
    }
  })
}

const requestOf = ({ name, partitions, replicas, minInsyncReplicas, config }: TopicPlan): createTopicsV7.CreateTopicsRequestTopic => ({
  name,
  numPartitions: partitions,
  replicationFactor: replicas,
  assignments: [],
  configs: Object.entries({ 'min.insync.replicas': String(minInsyncReplicas), ...config }).map(([key, value]) => ({ name: key, value }))
})

const saysItExists = (error: unknown): boolean =>
  error instanceof AggregateError && error.errors.some(one => asError(one).message.includes('already exists'))

const untilReady = async (plan: TopicPlan, describe: Metadata['partitions']): Promise<void> => {
  const deadline = performance.now() + readyWithinMs
  for (;;) {
    const lacking = whatIsLacking(plan, await describe([plan.name]))
    if (lacking === undefined) return
    if (performance.now() > deadline) throw new Error(`Waited ${readyWithinMs / 1000} s for topic ${plan.name} to be ready: ${lacking}.`)
    await pause(pollEveryMs)
  }
}

const whatIsLacking = (plan: TopicPlan, partitions: readonly PartitionState[]): string | undefined => {
  if (partitions.length !== plan.partitions) return `${partitions.length} of ${plan.partitions} partitions are known`

  const other = partitions.find(({ replicas }) => replicas.length !== plan.replicas)
  if (other !== undefined) return `${other.topic}-${other.partition} has ${other.replicas.length} replicas and was to have ${plan.replicas}`

  const waiting = partitions.find(({ leader, isr }) => leader === undefined || isr.length < plan.replicas)
  if (waiting === undefined) return undefined
  const name = `${waiting.topic}-${waiting.partition}`

  return waiting.leader === undefined
    ? `${name} has no leader`
    : `${waiting.isr.length} of ${plan.replicas} replicas of ${name} are in sync`
}
