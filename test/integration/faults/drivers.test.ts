/** Every driver against the same real cluster: what it says of a send must be so, whatever the cluster does to it. */
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { auditTopics } from '../../../harness/clients/audit.ts'
import type { BatchControl, DeliveredRecord, MemberClient, MemberListener, MemberOptions, ProducerClient, ProducerOptions } from '../../../harness/clients/driver.ts'
import { loadDriver } from '../../../harness/clients/drivers.ts'
import { fetchCommittedOffsets } from '../../../harness/clients/committed-offsets.ts'
import type { Disturbance, Link } from '../../../harness/model/cluster.ts'
import type { Outcome } from '../../../harness/model/recorder.ts'
import { topic, type TopicOptions, type TopicPlan } from '../../../harness/model/topic.ts'
import type { RebalanceProtocol } from '../../../harness/model/workload.ts'
import { pause } from '../../../harness/run/waiting.ts'
import { sharedCluster } from '../shared-cluster.ts'
import { isInstalled } from './installed.ts'
import { openTold, type Seen } from './told-members.ts'

const shared = sharedCluster()
const stamp = process.hrtime.bigint()
let topics = 0

const newTopic = async (options: TopicOptions = {}): Promise<TopicPlan> => {
  topics += 1
  const plan = topic(`drivers-${stamp}-${topics}`, { partitions: 2, ...options })
  await shared.metadata().createTopic(plan)

  return plan
}

const valuesIn = async (plan: TopicPlan): Promise<readonly string[]> => {
  const values: string[] = []
  const bootstrap = shared.cluster().bootstrap('admin')
  const audited = await auditTopics({ bootstrap, topics: [plan.name], deadline: { milliseconds: 20_000 } }, {
    record: ({ partition, offset, value }) => { values.push(`${partition}:${offset}:${value.toString().slice(0, 20)}`) },
    marker: () => undefined
  })
  expect(audited.every(({ complete }) => complete)).toBe(true)

  return values.toSorted()
}

const producerLinks = (): readonly Link[] => shared.cluster().links.filter(({ plane, from }) => plane === 'client' && from === 'producer')
const disturbed = async <Value>(disturbance: Disturbance, work: () => Promise<Value>): Promise<Value> => {
  const disturbances = await Promise.all(producerLinks().map(link => link.disturb(disturbance)))
  try {
    return await work()
  } finally {
    await Promise.all(disturbances.map(one => one[Symbol.asyncDispose]()))
  }
}

const confluent = isInstalled('@confluentinc/kafka-javascript')
const drivers: readonly string[] = ['kafkajs', 'platformatic', ...confluent ? ['confluent'] : []]

describe.each(drivers)('a producer of %s', name => {
  const opened = async (options: Partial<ProducerOptions> = {}): Promise<ProducerClient> => {
    const driver = await loadDriver(name)
    const bootstrap = shared.cluster().bootstrap('producer')

    return driver.openProducer({ clientId: 'p', bootstrap, acks: 'all', idempotent: true, retries: undefined, ...options })
  }
  const sendTo = (producer: ProducerClient, plan: TopicPlan, ...values: readonly (string | Buffer)[]): Promise<Outcome> =>
    producer.send({ topic: plan.name, partition: 1, values: values.map(value => Buffer.from(value)) })

  test.each(['all', '1', '0'] as const)('with acks %s has acknowledged what is in the log, where it is', async acks => {
    const plan = await newTopic()
    const producer = await opened({ acks, idempotent: acks === 'all' })
    const outcomes = [await sendTo(producer, plan, 'a', 'b'), await sendTo(producer, plan, 'c')]
    await producer.close()

    const offset = (known: number) => (acks === '0' ? undefined : known)
    expect(outcomes).toEqual([{ kind: 'acknowledged', baseOffset: offset(0) }, { kind: 'acknowledged', baseOffset: offset(2) }])
    await expect.poll(() => valuesIn(plan), { timeout: 10_000 }).toEqual(['1:0:a', '1:1:b', '1:2:c'])
  })

  test.each([true, false])('idempotent: %s, is told of a record that is too large, and stays good', async idempotent => {
    const plan = await newTopic()
    const producer = await opened({ idempotent })
    await sendTo(producer, plan, 'first')

    expect(await sendTo(producer, plan, Buffer.alloc(2 * 1024 * 1024))).toEqual({ kind: 'rejected', error: 'MESSAGE_TOO_LARGE' })
    expect(producer.spent()).toBe(false)
    expect(await sendTo(producer, plan, 'a')).toEqual({ kind: 'acknowledged', baseOffset: 1 })
    await producer.close()
    expect(await valuesIn(plan)).toEqual(['1:0:first', '1:1:a'])
  })

  test('is never told that a topic that is not there has its record', async () => {
    const producer = await opened({ idempotent: false, retries: 1 })

    expect((await sendTo(producer, topic('nowhere'), 'a')).kind).not.toBe('acknowledged')
    await producer.close()
  })

  test.each([
    ['its acknowledgement is dropped', { kind: 'drop-responses', closeAfterMs: 200 }],
    ['nothing passes', { kind: 'black-hole' }],
    ['no broker takes its connections', { kind: 'refuse' }]
  ] as const)('does not know what became of a record when %s', async (_, disturbance) => {
    const plan = await newTopic()
    const producer = await opened({ idempotent: false, retries: 0 })
    await sendTo(producer, plan, 'first')
    const outcome = await disturbed(disturbance, () => sendTo(producer, plan, 'a'))
    void producer.close()

    expect(outcome.kind).toBe('indeterminate')
    expect((await valuesIn(plan)).length).toBeLessThanOrEqual(2)
  })

  test('idempotent, gets over lost acknowledgements without a copy', async () => {
    const plan = await newTopic()
    const producer = await opened()
    await sendTo(producer, plan, 'first')
    const pending = await disturbed({ kind: 'drop-responses', closeAfterMs: 100 }, async () => {
      const sending = sendTo(producer, plan, 'a')
      await expect.poll(() => valuesIn(plan), { timeout: 15_000 }).toHaveLength(2)

      return { sending }
    })

    expect(await pending.sending).toEqual({ kind: 'acknowledged', baseOffset: 1 })
    await producer.close()
    expect(await valuesIn(plan)).toEqual(['1:0:first', '1:1:a'])
  })
})

test.runIf(confluent)('a producer of confluent rejects what finds no room in its buffer, and does not know what became of what expires in it', async () => {
  const plan = await newTopic()
  const driver = await loadDriver('confluent')
  const producer = await driver.openProducer({
    clientId: 'p', bootstrap: shared.cluster().bootstrap('producer'), acks: 'all', idempotent: false, retries: undefined, buffer: { records: 4, deliveryTimeoutMs: 2000 }
  })
  const send = (...values: readonly string[]): Promise<Outcome> => producer.send({ topic: plan.name, partition: 1, values: values.map(value => Buffer.from(value)) })
  expect(await send('first')).toEqual({ kind: 'acknowledged', baseOffset: 0 })
  const outcomes = await disturbed({ kind: 'black-hole' }, () => Promise.all([send('a', 'b', 'c'), send('d', 'never'), send('nor this')]))
  await producer.close()

  expect(outcomes.map(({ kind }) => kind)).toEqual(['indeterminate', 'indeterminate', 'rejected'])
  expect(outcomes).toMatchObject([{ error: 'Local: Message timed out (-192)' }, {}, { error: 'Local: Queue full (-184)' }])
  expect((await valuesIn(plan)).filter(value => value.endsWith('never') || value.endsWith('this'))).toEqual([])
})

const memberKinds: readonly (readonly [string, RebalanceProtocol])[] = [
  ['kafkajs', 'classic'], ['platformatic', 'classic'], ['platformatic', 'consumer'], ...confluent ? [['confluent', 'classic'], ['confluent', 'consumer']] as const : [],
  ['java', 'classic'], ['java', 'consumer']
]
/** What it tells of what it does by itself, and what is asked of it there is nobody to hear. */
const worksByItself = (name: string): boolean => name === 'java'

describe.each(memberKinds)('members of %s, protocol %s', (name, rebalanceProtocol) => {
  let bootstrap: readonly string[]
  beforeAll(() => { bootstrap = shared.cluster().bootstrap('consumer') })

  interface MemberBehaviour {
    readonly automatic?: boolean
    readonly work?: (control: BatchControl) => Promise<void>
  }
  const opened = async (plan: TopicPlan, group: string, options: MemberBehaviour = {}): Promise<{ readonly client: MemberClient, readonly seen: Seen }> => {
    const seen: Seen = { offsets: new Map(), positions: new Map(), owned: new Set(), committed: new Map() }
    const listener: MemberListener = {
      assigned: partitions => { for (const { partition } of partitions) seen.owned.add(partition) },
      positioned: ({ partition }, position) => { seen.positions.set(partition, position) },
      revoked: partitions => { for (const { partition } of partitions) seen.owned.delete(partition) },
      sought: () => undefined,
      failed: () => undefined,
      committed: ({ partition, offset, outcome }) => { if (outcome === 'acknowledged') seen.committed.set(partition, offset) },
      batch: async ({ partition, records }, control) => {
        const last = records.at(-1)
        if (last === undefined) return
        await options.work?.(control)
        if (!control.current() || control.failing()) return
        seen.offsets.set(partition, [...seen.offsets.get(partition) ?? [], ...records.map(({ offset }: DeliveredRecord) => offset)])
        control.done(last.offset)
        if (options.automatic === true) await control.commitIfDue()
        else if ((await control.commit(last.offset + 1)).outcome === 'acknowledged') seen.committed.set(partition, last.offset + 1)
      }
    }
    const given: MemberOptions = {
      clientId: 'c', bootstrap, group, topics: [plan.name], sessionTimeoutMs: 6000, rebalanceProtocol, isolation: 'read_uncommitted',
      autoCommitIntervalMs: options.automatic === true ? 200 : undefined
    }
    const client = worksByItself(name) ? await openTold(name, given, seen) : await (await loadDriver(name)).openMember(given, listener)

    return { client, seen }
  }
  const filled = async (plan: TopicPlan, ...values: readonly string[]): Promise<void> => {
    const producer = await (await loadDriver('kafkajs')).openProducer({ clientId: 'p', bootstrap, acks: 'all', idempotent: true, retries: undefined })
    for (const partition of [0, 1]) await producer.send({ topic: plan.name, partition, values: values.map(value => Buffer.from(value)) })
    await producer.close()
  }
  const committedOf = async (plan: TopicPlan, group: string): Promise<readonly number[]> => {
    const committed = await fetchCommittedOffsets({ bootstrap, clientId: 'test', group, partitions: [0, 1].map(partition => ({ topic: plan.name, partition })) })

    return [0, 1].map(partition => committed.get(`${plan.name}-${partition}`) ?? -1)
  }
  const within = { timeout: 25_000 }

  test.each(worksByItself(name) ? [false] : [false, true])('read from the start, commit (by itself: %s), and go on there', async automatic => {
    const plan = await newTopic()
    const group = `${plan.name}-group`
    await filled(plan, 'a', 'b', 'c')
    const first = await opened(plan, group, { automatic })
    await expect.poll(() => [first.seen.offsets.get(0), first.seen.offsets.get(1)], within).toEqual([[0, 1, 2], [0, 1, 2]])
    await expect.poll(() => committedOf(plan, group), within).toEqual([3, 3])
    await first.client.close()
    expect(first.seen.positions).toEqual(new Map([[0, 0], [1, 0]]))
    expect(first.seen.committed).toEqual(new Map([[0, 3], [1, 3]]))
    expect(first.seen.owned.size).toBe(0)

    await filled(plan, 'd')
    const second = await opened(plan, group, { automatic })
    await expect.poll(() => [second.seen.offsets.get(0), second.seen.offsets.get(1)], within).toEqual([[3], [3]])
    expect(second.seen.positions).toEqual(new Map([[0, 3], [1, 3]]))
    await second.client.close()
  })

  test('go on reading what comes while they read, one fetch after the other', async () => {
    const plan = await newTopic()
    const { client, seen } = await opened(plan, `${plan.name}-group`)
    for (let round = 1; round <= 6; round += 1) {
      await filled(plan, ...Array.from({ length: 300 }, (_, index) => `${round}-${index}`))
      await expect.poll(() => [0, 1].map(partition => seen.offsets.get(partition)?.length), within).toEqual([round * 300, round * 300])
    }
    await client.close()
  })

  test.skipIf(worksByItself(name))('let a rebalance through in the midst of work, and what was left undone is done by whoever has it then', async () => {
    const plan = await newTopic()
    const group = `${plan.name}-group`
    await filled(plan, 'a', 'b')
    let held = true
    const first = await opened(plan, group, { work: async control => {
      while (held && control.current() && !control.failing()) {
        await control.heartbeat()
        await pause(100)
      }
    } })
    await expect.poll(() => first.seen.owned.size, within).toBe(2)
    const second = await opened(plan, group)
    await expect.poll(() => second.seen.owned.size, within).toBe(1)
    held = false
    await expect.poll(() => [0, 1].map(partition => (first.seen.offsets.get(partition) ?? second.seen.offsets.get(partition))?.at(-1)), within).toEqual([1, 1])
    await expect.poll(() => committedOf(plan, group), within).toEqual([2, 2])
    await Promise.all([first.client.close(), second.client.close()])
  })

  test('share a topic out, and the one that stays takes over what the other leaves', async () => {
    const plan = await newTopic()
    const group = `${plan.name}-group`
    const first = await opened(plan, group)
    await expect.poll(() => first.seen.owned.size, within).toBe(2)
    const second = await opened(plan, group)
    await expect.poll(() => [first.seen.owned.size, second.seen.owned.size], within).toEqual([1, 1])
    await filled(plan, 'a')
    await expect.poll(() => [...first.seen.offsets.values(), ...second.seen.offsets.values()], within).toEqual([[0], [0]])

    await second.client.close()
    await expect.poll(() => first.seen.owned.size, within).toBe(2)
    await filled(plan, 'b')
    await expect.poll(() => [0, 1].map(partition => first.seen.offsets.get(partition)?.at(-1)), within).toEqual([1, 1])
    await first.client.close()
  })
})

// The last, because it takes a broker away.
describe('with fewer in-sync replicas than the topic demands', () => {
  let plan: TopicPlan
  const producers = new Map<string, ProducerClient>()
  beforeAll(async () => {
    plan = await newTopic({ minInsyncReplicas: 3 })
    const bootstrap = shared.cluster().bootstrap('producer')
    for (const name of drivers) producers.set(name, await (await loadDriver(name)).openProducer({ clientId: 'p', bootstrap, acks: 'all', idempotent: false, retries: 2 }))
    const [first] = await shared.metadata().partitions([plan.name])
    // The last, because some clients ask the first that they were told of, and nobody else, who leads.
    await shared.cluster().nodes.findLast(({ id }) => id !== first?.leader && first?.replicas.includes(id) === true)?.stop()
    await vi.waitFor(async () => { expect((await shared.metadata().partitions([plan.name]))[0]?.isr).toHaveLength(2) }, { timeout: 30_000, interval: 200 })
  })

  test.each(drivers)('a producer of %s is refused, and that is definite', async name => {
    const producer = producers.get(name)!

    expect(await producer.send({ topic: plan.name, partition: 0, values: [Buffer.from(name)] })).toEqual({ kind: 'rejected', error: 'NOT_ENOUGH_REPLICAS' })
    await producer.close()
    expect(await valuesIn(plan)).toEqual([])
  })
})
