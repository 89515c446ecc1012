/** Creates a topic and waits until it can be used: every partition led, every replica in sync. */
import { createTopicsV7 } from '@platformatic/kafka'
import type { Metadata, PartitionState } from '../model/metadata.ts'
import type { TopicPlan } from '../model/topic.ts'
import { asError, hasResponse, type Brokers } from './brokers.ts'
import { pause } from './waiting.ts'

const readyWithinMs = 30_000
const pollEveryMs = 100

/** Throws if the topic existed before, if the cluster refuses it, or if it is not ready within 30 s. */
export const createTopic = async (brokers: Brokers, plan: TopicPlan, describe: Metadata['partitions']): Promise<void> => {
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
  await untilReady(plan, describe)
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
  if (partitions.length < plan.partitions) return `${partitions.length} of ${plan.partitions} partitions are known`

  const waiting = partitions.find(({ leader, isr }) => leader === undefined || isr.length < plan.replicas)
  if (waiting === undefined) return undefined
  const name = `${waiting.topic}-${waiting.partition}`

  return waiting.leader === undefined
    ? `${name} has no leader`
    : `${waiting.isr.length} of ${plan.replicas} replicas of ${name} are in sync`
}
