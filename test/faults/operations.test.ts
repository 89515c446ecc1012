/** Faults by Kafka's own admin protocol, on a cluster of the imagination that does as it is told, or does not. */
import { expect, test } from 'vitest'
import { configure, electPreferred, electUnclean, moveLeader, reassign } from '../../harness/faults/index.ts'
import type { Subject } from '../../harness/model/cluster.ts'
import type { Fault, Injection } from '../../harness/model/fault.ts'
import type { Configuration, PartitionState } from '../../harness/model/metadata.ts'
import type { Operations } from '../../harness/model/operations.ts'
import { topic } from '../../harness/model/topic.ts'
import { fakeNode, fakeSubject } from '../fake-cluster.ts'
import { random } from './these.ts'

const orders = topic('orders', { partitions: 1 })
const led: PartitionState = { topic: 'orders', partition: 0, leader: 1, leaderEpoch: 5, replicas: [1, 2, 3], isr: [1, 2, 3] }

interface Kafka {
  readonly subject: Subject
  readonly state: () => PartitionState
  readonly set: (change: Partial<PartitionState>) => void
  readonly overrides: () => Configuration
}

interface KafkaOptions {
  readonly brokers?: number
  /** What it does not do, though it says that it has. */
  readonly deaf?: true
  readonly failsToElect?: true
  readonly refuses?: readonly string[]
  readonly overrides?: Configuration
}

/** One partition, whose replicas follow at once. */
const kafka = (initial: Partial<PartitionState> = {}, options: KafkaOptions = {}): Kafka => {
  let state: PartitionState = { ...led, ...initial }
  let overrides = options.overrides ?? {}
  const set: Kafka['set'] = change => { state = { ...state, ...change } }
  const elected = (leader: number | undefined): void => {
    if (leader !== undefined && leader !== state.leader) set({ leader, leaderEpoch: (state.leaderEpoch ?? 0) + 1 })
  }
  const operations: Operations = {
    reassign: placements => {
      for (const { replicas } of options.deaf ? [] : placements) {
        set({ replicas, isr: replicas })
        if (!replicas.includes(state.leader ?? 0)) elected(replicas[0])
      }

      return Promise.resolve()
    },
    elect: election => {
      if (options.failsToElect) return Promise.reject(new Error('no election'))
      if (options.refuses) return Promise.resolve(options.refuses)
      if (!options.deaf) elected(election === 'preferred' ? state.replicas[0] : 2)

      return Promise.resolve([])
    },
    topicOverrides: () => Promise.resolve(overrides),
    configureTopic: (_, change) => {
      const next = Object.entries({ ...overrides, ...change }).flatMap(([key, value]) => value === undefined ? [] : [[key, value] as const])
      if (!options.deaf) overrides = Object.fromEntries(next)

      return Promise.resolve()
    },
    close: () => Promise.resolve()
  }
  const ids = Array.from({ length: options.brokers ?? 3 }, (_, index) => index + 1)
  const subject = fakeSubject({ nodes: ids.map(id => fakeNode(id)), live: () => ids, partitions: () => [state], operations })
  const topicConfiguration = (): Promise<Configuration> => Promise.resolve({ 'min.insync.replicas': '2', ...overrides })

  return { subject: { ...subject, metadata: { ...subject.metadata, topicConfiguration } }, state: () => state, set, overrides: () => overrides }
}

const strike = async (fault: Fault, { subject }: Kafka): Promise<Injection> => (await fault.prepare(subject, random)).strike()

test('a moved leader is proven by another leader in a higher epoch, and healing gives the old order back, once and again', async () => {
  const cluster = kafka()
  const injection = await strike(moveLeader(orders), cluster)
  const { leader } = cluster.state()

  expect(leader).not.toBe(1)
  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: `broker 1 leads orders-0 (epoch 5); now broker ${leader} leads orders-0 (epoch 6)` })
  await injection[Symbol.asyncDispose]()
  await injection[Symbol.asyncDispose]()
  expect(cluster.state()).toMatchObject({ leader: 1, leaderEpoch: 7, replicas: [1, 2, 3] })
})

test('a move that a cluster accepts and does not make is none', async () => {
  expect(await (await strike(moveLeader(orders), kafka({}, { deaf: true }))).bite('struck')).toEqual({ bit: false, evidence: 'broker 1 leads orders-0 (epoch 5); now broker 1 leads orders-0 (epoch 5)' })
})

test('a leader that has moved by itself before the blow is not the one that was to be moved', async () => {
  const cluster = kafka()
  const prepared = await moveLeader(orders).prepare(cluster.subject, random)

  expect(await prepared.role?.()).toMatchObject({ held: true })
  cluster.set({ leader: 3, leaderEpoch: 6 })
  expect(await prepared.role?.()).toEqual({ held: false, evidence: 'broker 3 leads orders-0 (epoch 6)' })
})

test('a move whose election fails leaves the replicas in the order that they had', async () => {
  const cluster = kafka({}, { failsToElect: true })

  await expect(strike(moveLeader(orders), cluster)).rejects.toThrow('no election')
  expect(cluster.state().replicas).toEqual([1, 2, 3])
})

test('a leader that is alone in sync cannot be moved', async () => {
  await expect(strike(moveLeader(orders), kafka({ isr: [1] }))).rejects.toThrow('No partition of orders has a leader and another replica in sync.')
})

test('an election of preferred leaders is proven by the first replica, which leads; where it leads already there is none', async () => {
  const cluster = kafka({ leader: 3 })

  expect(await (await strike(electPreferred(orders), cluster)).bite('struck')).toEqual({ bit: true, evidence: 'broker 3 leads orders-0 (epoch 5); now broker 1 leads orders-0 (epoch 6)' })
  await expect(strike(electPreferred(orders), cluster)).rejects.toThrow('There is nothing to elect: each preferred leader of orders leads, or is not in sync.')
})

test('an unclean election is proven by a leader where there was none, takes the topic\'s promise, and has nothing to do where one leads', async () => {
  expect(await (await strike(electUnclean(orders), kafka({ leader: undefined }))).bite('struck')).toEqual({ bit: true, evidence: 'nobody leads orders-0 (epoch 5); now broker 2 leads orders-0 (epoch 6)' })
  expect(electUnclean(orders).imposes).toEqual([{ topic: 'orders', config: { 'unclean.leader.election.enable': 'true' } }])
  await expect(strike(electUnclean(orders), kafka())).rejects.toThrow('There is nothing to elect: each partition of orders has a leader.')
})

test('an election that is refused, or that nobody wins, is none', async () => {
  expect(await (await strike(electUnclean(orders), kafka({ leader: undefined }, { refuses: ['orders-0: ELIGIBLE_LEADERS_NOT_AVAILABLE'] }))).bite('struck'))
    .toEqual({ bit: false, evidence: 'orders-0: ELIGIBLE_LEADERS_NOT_AVAILABLE; nobody leads orders-0 (epoch 5); now nobody leads orders-0 (epoch 5)' })
  expect(await (await strike(electUnclean(orders), kafka({ leader: undefined }, { deaf: true }))).bite('struck')).toMatchObject({ bit: false })
})

test('replicas move to brokers that hold none, the leader\'s first, and back', async () => {
  const cluster = kafka({}, { brokers: 4 })
  const injection = await strike(reassign(orders), cluster)

  expect(await injection.bite('healing')).toEqual({ bit: true, evidence: 'orders-0 was held by brokers 1, 2, 3; now by 4, 2, 3, of which 4, 2, 3 are in sync' })
  await injection[Symbol.asyncDispose]()
  expect(cluster.state().replicas).toEqual([1, 2, 3])
})

test('a replica that is on its way has not arrived, and one that nobody moves is not even on its way', async () => {
  const cluster = kafka({}, { brokers: 4 })
  const injection = await strike(reassign(orders), cluster)
  cluster.set({ replicas: [4, 2, 3, 1], isr: [1, 2, 3] })

  expect(await injection.bite('struck')).toMatchObject({ bit: true })
  expect(await injection.bite('healing')).toMatchObject({ bit: false })
  expect(await (await strike(reassign(orders), kafka({}, { brokers: 4, deaf: true }))).bite('struck')).toMatchObject({ bit: false })
  await expect(strike(reassign(orders), kafka())).rejects.toThrow('Every broker that lives holds a replica of orders-0: there is none to move one to.')
})

test('a setting is proven by what the cluster tells, and healing sets it back: to what the topic had of its own, or to the default', async () => {
  const cluster = kafka({}, { overrides: { 'retention.ms': '60000' } })
  const injection = await strike(configure(orders, { 'min.insync.replicas': '1', 'retention.ms': '1000' }), cluster)

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'min.insync.replicas is 1, and was 2; retention.ms is 1000, and was 60000' })
  await injection[Symbol.asyncDispose]()
  await injection[Symbol.asyncDispose]()
  expect(cluster.overrides()).toEqual({ 'retention.ms': '60000' })
})

test('a setting that is not taken, that was so before, or that is none at all, is no change', async () => {
  expect(await (await strike(configure(orders, { 'min.insync.replicas': '1' }), kafka({}, { deaf: true }))).bite('struck')).toEqual({ bit: false, evidence: 'min.insync.replicas is 2, not 1' })
  expect(await (await strike(configure(orders, { 'min.insync.replicas': '2' }), kafka())).bite('struck')).toEqual({ bit: false, evidence: 'min.insync.replicas was 2 before' })
  expect(() => configure(orders, {})).toThrow('`configure` of orders has no setting')
})
