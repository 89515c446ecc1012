/** Kafka's own VerifiableProducer in a container, against a real cluster: what it says of its records must be so, whatever the cluster does. */
import { expect, test, vi } from 'vitest'
import { auditTopics } from '../../../harness/clients/audit.ts'
import type { CountingOptions, ToldRecord } from '../../../harness/clients/driver.ts'
import { openJavaProducer } from '../../../harness/clients/java/producer.ts'
import { bufferBytes } from '../../../harness/clients/java/reach.ts'
import type { Disturbance } from '../../../harness/model/cluster.ts'
import { defaultKafkaVersion } from '../../../harness/model/commands.ts'
import { topic, type TopicOptions, type TopicPlan } from '../../../harness/model/topic.ts'
import { startJavaIn } from '../../../harness/run/java-process.ts'
import { newRunId } from '../../../harness/run/run-folder.ts'
import { sharedCluster } from '../shared-cluster.ts'

const shared = sharedCluster()
const prefix = 2_097_408
const patience = { timeout: 60_000, interval: 100 }

const newTopic = async (name: string, options: TopicOptions = {}): Promise<TopicPlan> => {
  const plan = topic(`java-${name}`, { partitions: 2, ...options })
  await shared.metadata().createTopic(plan)

  return plan
}

/** Where each value is. */
const foundIn = async ({ name }: TopicPlan): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>()
  const audited = await auditTopics({ bootstrap: shared.cluster().bootstrap('admin'), topics: [name], deadline: { milliseconds: 20_000 } }, {
    record: ({ partition, offset, value }) => { found.set(value.toString(), `${partition}:${offset}`) },
    marker: () => undefined
  })
  expect(audited.every(({ complete }) => complete)).toBe(true)

  return found
}

const opened = async ({ name }: TopicPlan, options: Partial<CountingOptions> = {}) => {
  const told: ToldRecord[] = []
  const complaints: string[] = []
  const complain = (text: string): void => { complaints.push(text) }
  const producer = await openJavaProducer({ start: startJavaIn({ run: newRunId(), kafkaVersion: defaultKafkaVersion }), trouble: complain, failed: complain }, {
    clientId: 'p1.1', bootstrap: shared.cluster().bootstrap('producer'), acks: 'all', idempotent: true, retries: undefined, maxInFlight: 5, recordsPerSecond: 1000,
    topic: name, prefix, ...options
  }, { told: records => { told.push(...records) } })
  producer.start()

  return {
    told, complaints,
    kill: producer.kill,
    stop: async () => {
      await producer.stop()
      await producer.close()
    }
  }
}

const outcomesOf = (told: readonly ToldRecord[]): readonly string[] => [...new Set(told.map(({ outcome }) => `${outcome.kind}${'error' in outcome ? ` ${outcome.error}` : ''}`))]

const disturbed = async (disturbance: Disturbance, work: () => Promise<void>): Promise<void> => {
  const links = shared.cluster().links.filter(({ plane, from }) => plane === 'client' && from === 'producer')
  const disturbances = await Promise.all(links.map(link => link.disturb(disturbance)))
  try {
    await work()
  } finally {
    await Promise.all(disturbances.map(one => one[Symbol.asyncDispose]()))
  }
}

test.each(['all', '1', '0'] as const)('with acks %s it has acknowledged what is in the log, where it is', async acks => {
  const plan = await newTopic(`acks-${acks}`)
  const producer = await opened(plan, { acks, idempotent: acks === 'all' })
  await vi.waitUntil(() => producer.told.length > 2000, patience)
  // What a stop cuts off is told as the producer's own end, and indeterminate.
  const outcomes = outcomesOf(producer.told)
  await producer.stop()
  const found = await foundIn(plan)
  const acknowledged = producer.told.filter(({ outcome }) => outcome.kind === 'acknowledged')
  const placeOf = ({ partition, outcome }: ToldRecord): string => `${partition}:${'baseOffset' in outcome ? outcome.baseOffset : ''}`
  const told = new Set(producer.told.map(({ value }) => value))

  expect([outcomes, producer.complaints]).toEqual([['acknowledged'], []])
  expect([...found.keys()].filter(value => !told.has(value))).toEqual([])
  expect(acknowledged.filter(record => found.get(record.value)?.split(':')[0] !== String(record.partition))).toEqual([])
  if (acks !== '0') expect(acknowledged.filter(record => found.get(record.value) !== placeOf(record))).toEqual([])
})

test('killed, it has told of all that it had printed, and that is in the log', async () => {
  const plan = await newTopic('killed')
  const producer = await opened(plan)
  await vi.waitUntil(() => producer.told.length > 2000, patience)
  await producer.kill()
  const found = await foundIn(plan)

  expect([outcomesOf(producer.told), producer.complaints]).toEqual([['acknowledged'], []])
  expect(producer.told.filter(({ value }) => !found.has(value))).toEqual([])
  // In the buffer, or in the one line that the kill cut off.
  expect(found.size - producer.told.length).toBeLessThanOrEqual(Math.ceil(bufferBytes() / 16) + 1)
})

test('what the brokers wrote, and could not answer, is indeterminate', async () => {
  const plan = await newTopic('unanswered')
  const producer = await opened(plan, { acks: '1', idempotent: false, retries: 0 })
  await vi.waitUntil(() => producer.told.length > 500, patience)
  await disturbed({ kind: 'drop-responses', closeAfterMs: 500 }, () =>
    vi.waitUntil(() => producer.told.some(({ outcome }) => outcome.kind !== 'acknowledged'), patience).then(() => undefined))
  await producer.stop()
  const found = await foundIn(plan)
  const unacknowledged = producer.told.filter(({ outcome }) => outcome.kind !== 'acknowledged')

  expect(unacknowledged.filter(({ outcome }) => outcome.kind !== 'indeterminate')).toEqual([])
  expect(unacknowledged.some(({ value }) => found.has(value))).toBe(true)
  expect(producer.told.filter(({ value, outcome }) => outcome.kind === 'acknowledged' && !found.has(value))).toEqual([])
})

test('what finds no room in its buffer is rejected, and what expires in it is indeterminate', async () => {
  const plan = await newTopic('full')
  const producer = await opened(plan, { acks: 'all', idempotent: false, buffer: { records: 200, deliveryTimeoutMs: 4000 } })
  await vi.waitUntil(() => producer.told.length > 500, patience)
  await disturbed({ kind: 'black-hole' }, () =>
    vi.waitUntil(() => (['rejected', 'indeterminate'] as const).every(kind => producer.told.some(({ outcome }) => outcome.kind === kind)), patience).then(() => undefined))
  await producer.stop()
  const found = await foundIn(plan)

  expect(outcomesOf(producer.told)).toContain('rejected BufferExhaustedException')
  expect(producer.told.filter(({ value, outcome }) => outcome.kind === 'rejected' && found.has(value))).toEqual([])
  expect(producer.told.filter(({ value, outcome }) => outcome.kind === 'acknowledged' && !found.has(value))).toEqual([])
})

test('a refusal for want of replicas is definite where it tries once, and only there', async () => {
  const plan = await newTopic('refused', { minInsyncReplicas: 3 })
  const [first] = await shared.metadata().partitions([plan.name])
  await shared.cluster().nodes.findLast(({ id }) => id !== first?.leader)?.stop()
  const states = () => shared.metadata().partitions([plan.name])
  await vi.waitFor(async () => { expect((await states()).every(({ isr, leader }) => isr.length === 2 && leader !== undefined)).toBe(true) }, patience)
  const producers = await Promise.all([opened(plan, { idempotent: false, retries: 0 }), opened(plan, { idempotent: false, retries: 1, prefix: prefix + 256 })])
  for (const { told } of producers) await vi.waitUntil(() => told.length > 100, patience)
  // What a stop cuts off is told as the producer's own end, and indeterminate.
  const outcomes = producers.map(({ told }) => outcomesOf(told))
  await Promise.all(producers.map(({ stop }) => stop()))

  expect(outcomes).toEqual([['rejected NOT_ENOUGH_REPLICAS'], ['indeterminate NOT_ENOUGH_REPLICAS']])
  expect((await foundIn(plan)).size).toBe(0)
})
