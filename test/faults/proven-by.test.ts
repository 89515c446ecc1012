/** What the cluster itself must show for a fault: each proof both ways. */
import { expect, test } from 'vitest'
import { expiredUnread, gaveUp, leaderless, ledAgain, partlyInSync } from '../../harness/faults/index.ts'
import type { Bite } from '../../harness/model/fault.ts'
import type { Metadata } from '../../harness/model/metadata.ts'
import { topic } from '../../harness/model/topic.ts'
import { fakeMetadata, fakeNode, fakeSubject, partitionState, type FakeNode } from '../fake-cluster.ts'

const orders = topic('orders')

test('a partition waits for a leader where nobody leads it, or one that has ended and was given up, and not where one is led that runs', async () => {
  const ended = fakeNode(2)
  await ended.kill()
  let live = [1, 3]
  const ledBy = (...leaders: readonly (number | undefined)[]): Promise<Bite> =>
    leaderless(orders).look(fakeSubject({
      nodes: [fakeNode(1), ended, fakeNode(3)], live: () => live, partitions: () => leaders.map((leader, partition) => partitionState(partition, leader))
    }))

  expect(await ledBy(1, 2)).toEqual({ bit: true, evidence: 'broker 2, which does not run, leads orders-1; of the brokers, 1, 3 run' })
  expect(await ledBy(undefined)).toEqual({ bit: true, evidence: 'nobody leads orders-0; of the brokers, 1, 3 run' })
  expect(await ledBy(1, 3)).toMatchObject({ bit: false })
  // Within a session's time after a death nobody has been asked to elect another leader.
  live = [1, 2, 3]
  expect(await ledBy(1, 2)).toEqual({ bit: false, evidence: 'the cluster has not given up broker 2, which led orders-1' })
})

test('a dead leader that nobody can give up, for the controllers have no quorum, leaves its partition waiting', async () => {
  const nodeThatIs = (role: 'broker' | 'controller') => (id: number): FakeNode => ({ ...fakeNode(id), roles: [role] })
  const [living, dying] = [1, 2].map(nodeThatIs('broker')) as [FakeNode, FakeNode]
  const [first, second, third] = [4, 5, 6].map(nodeThatIs('controller')) as [FakeNode, FakeNode, FakeNode]
  const look = (): Promise<Bite> => leaderless(orders).look(fakeSubject({
    nodes: [living, dying, first, second, third], live: () => [1, 2], partitions: () => [partitionState(0, 1), partitionState(1, 2)]
  }))

  await Promise.all([first.kill(), second.kill()])
  expect(await look()).toMatchObject({ bit: false })
  await dying.kill()
  expect(await look()).toEqual({ bit: true, evidence: 'broker 2, which does not run, leads orders-1; of the brokers, 1 run; the controllers that run are no quorum' })
  await first.start()
  expect(await look()).toEqual({ bit: false, evidence: 'the cluster has not given up broker 2, which led orders-1' })
})

test.for([[1, true], [137, false], [143, false], [0, false]] as const)('a broker that ends with %i has given up: %s', async ([exitCode, bit]) => {
  const ended = { ...fakeNode(2), state: () => Promise.resolve({ status: 'exited', exitCode } as const) }

  expect(await gaveUp().look(fakeSubject({ nodes: [fakeNode(1), ended] }))).toEqual({ bit, evidence: bit ? 'broker 2 has given up (exit 1)' : 'no broker has given up' })
  expect(await gaveUp().look(fakeSubject({ nodes: [fakeNode(1), fakeNode(2)] }))).toMatchObject({ bit: false })
  expect(await gaveUp().look(fakeSubject({ nodes: [fakeNode(1), ended] }), [1])).toMatchObject({ bit: false })
})

test('a broker that goes on is partly in sync where it is out of some ISRs and in others; one that has ended is not', async () => {
  const isrs = (...of: readonly (readonly number[])[]) => ({ partitions: () => of.map((isr, partition) => partitionState(partition, 1, isr)) })
  const look = (options: Parameters<typeof fakeSubject>[0]): Promise<Bite> => partlyInSync(orders).look(fakeSubject(options))

  expect(await look(isrs([1, 2, 3], [1, 3]))).toEqual({ bit: true, evidence: 'broker 2 is out of sync with orders-1, and in sync with orders-0' })
  expect(await look(isrs([1, 3], [1, 3]))).toEqual({ bit: false, evidence: 'no broker that goes on is out of sync with a part of orders alone' })
  expect(await look(isrs([1, 2, 3], [1, 2, 3]))).toMatchObject({ bit: false })
  expect(await look({ ...isrs([1, 2, 3], [1, 3]), live: () => [1, 3] })).toMatchObject({ bit: false })
  expect(await partlyInSync(orders).look(fakeSubject(isrs([1, 2, 3], [1, 3])), [3])).toMatchObject({ bit: false })
})

test('a topic is led again where each of its partitions has a leader that runs and is held for alive', async () => {
  const ended = fakeNode(2)
  await ended.kill()
  const ledBy = (live: readonly number[], ...leaders: readonly (number | undefined)[]): Promise<Bite> =>
    ledAgain(orders).look(fakeSubject({
      nodes: [fakeNode(1), ended, fakeNode(3)], live: () => live, partitions: () => leaders.map((leader, partition) => partitionState(partition, leader))
    }))

  expect(await ledBy([1, 3], 1, 3)).toEqual({ bit: true, evidence: 'broker 1 leads orders-0; broker 3 leads orders-1' })
  expect(await ledBy([1, 2, 3], 1, 2)).toEqual({ bit: false, evidence: 'no broker that runs leads orders-1' })
  expect(await ledBy([1], 1, 3)).toMatchObject({ bit: false })
  expect(await ledBy([1, 3], undefined)).toMatchObject({ bit: false })
  expect(await ledBy([1, 3])).toEqual({ bit: false, evidence: 'nothing is known of orders' })
})

test('records expired unread where the log begins above the group\'s commit, and not where it begins there', async () => {
  const look = (logStart: number, committed: ReadonlyMap<string, number>): Promise<Bite> => {
    const metadata: Metadata = {
      ...fakeMetadata({}),
      offsets: () => Promise.resolve([{ topic: 'orders', partition: 0, logStart, logEnd: 100 }]),
      committedOffsets: () => Promise.resolve(committed)
    }

    return expiredUnread(orders, 'billing').look({ ...fakeSubject(), metadata })
  }

  expect(await look(41, new Map([['orders-0', 40]]))).toEqual({ bit: true, evidence: 'orders-0 begins at 41, and billing has committed 40' })
  expect(await look(40, new Map([['orders-0', 40]]))).toMatchObject({ bit: false })
  expect(await look(1, new Map())).toMatchObject({ bit: true })
  expect(await look(0, new Map())).toMatchObject({ bit: false })
})
