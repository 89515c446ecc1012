/** Brokers by what they hold, and controllers apart from brokers. */
import { expect, test } from 'vitest'
import type { Subject } from '../../harness/model/cluster.ts'
import type { NodeTarget } from '../../harness/model/fault.ts'
import type { PartitionState } from '../../harness/model/metadata.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { topic } from '../../harness/model/topic.ts'
import { byId, dedicatedControllers, followerOf, lastInSync, leaderOf, majorityOfControllers, replicasOf, theOthers } from '../../harness/nemesis/index.ts'
import { fakeNode, fakeSubject, partitionState } from '../fake-cluster.ts'

const orders = topic('orders', { partitions: 1 })
const seeds = Array.from({ length: 30 }, (_, index) => String(index))

const withFirst = (first: PartitionState, more: readonly PartitionState[] = []): Subject =>
  fakeSubject({ nodes: [1, 2, 3, 4].map(id => fakeNode(id)), partitions: () => [...more, first] })

const chosen = async (target: NodeTarget, subject: Subject, seed = 'a'): Promise<readonly number[]> =>
  (await target.choose(subject, randomFrom(seed))).map(({ id }) => id)

const everyChoice = async (target: NodeTarget, subject: Subject): Promise<readonly string[]> =>
  [...new Set((await Promise.all(seeds.map(seed => chosen(target, subject, seed)))).map(ids => ids.toSorted((a, b) => a - b).join()))].toSorted()

test('the replicas are those of the first partition, in sync or not', async () => {
  expect(await chosen(replicasOf(orders), withFirst(partitionState(0, 1, [1]), [{ ...partitionState(1, 4, [4]), replicas: [4] }]))).toEqual([1, 2, 3])
})

test('a follower is in sync, does not lead, and loses its role with either', async () => {
  expect(await everyChoice(followerOf(orders), withFirst(partitionState(0, 1)))).toEqual(['2', '3'])
  expect(await everyChoice(followerOf(orders), withFirst(partitionState(0, 1, [1, 3])))).toEqual(['3'])
  await expect(chosen(followerOf(orders), withFirst(partitionState(0, 1, [1])))).rejects.toThrow('No follower of orders-0 is in sync: broker 1 led orders-0, and in sync was 1.')

  const two = [fakeNode(2)]
  expect(await followerOf(orders).role?.(withFirst(partitionState(0, 1)), two)).toEqual({ held: true, evidence: 'broker 1 led orders-0, and in sync were 1, 2, 3' })
  expect(await followerOf(orders).role?.(withFirst(partitionState(0, 2)), two)).toMatchObject({ held: false })
  expect(await followerOf(orders).role?.(withFirst(partitionState(0, 1, [1, 3])), two)).toMatchObject({ held: false })
})

test('the last in sync is the leader that has no follower left; with one there is no last', async () => {
  expect(await chosen(lastInSync(orders), withFirst(partitionState(0, 3, [3])))).toEqual([3])
  await expect(chosen(lastInSync(orders), withFirst(partitionState(0, 3, [2, 3])))).rejects.toThrow('Not one replica alone of orders-0 is in sync')
  await expect(chosen(lastInSync(orders), withFirst(partitionState(0, undefined, [3])))).rejects.toThrow('nobody led orders-0, and in sync was 3')

  expect(await lastInSync(orders).role?.(withFirst(partitionState(0, 3, [3])), [fakeNode(3)])).toMatchObject({ held: true })
  expect(await lastInSync(orders).role?.(withFirst(partitionState(0, 3, [1, 3])), [fakeNode(3)])).toMatchObject({ held: false })
})

test('the others are all brokers that a target leaves, and no controllers', async () => {
  const subject = fakeSubject({ nodes: [fakeNode(1), fakeNode(2), fakeNode(3), { ...fakeNode(4), roles: ['controller'] }], partitions: () => [partitionState(0, 2)] })

  expect(await chosen(theOthers(leaderOf(orders)), subject)).toEqual([1, 3])
})

test('the others are no longer the others when whom they were left by has lost the role', async () => {
  const target = theOthers(leaderOf(orders))
  const others = await target.choose(withFirst(partitionState(0, 2)), randomFrom('a'))

  expect(await target.role?.(withFirst(partitionState(0, 2)), others)).toEqual({ held: true, evidence: 'broker 2 led orders-0 (epoch 1)' })
  expect(await target.role?.(withFirst(partitionState(0, 1)), others)).toMatchObject({ held: false })
  expect(theOthers(byId(1)).role).toBeUndefined()
})

const dedicated = (active: number | undefined): Subject => {
  const subject = fakeSubject({ nodes: [...[1, 2, 3].map(id => ({ ...fakeNode(id), roles: ['broker'] as const })), ...[4, 5, 6].map(id => ({ ...fakeNode(id), roles: ['controller'] as const }))] })

  return { ...subject, metadata: { ...subject.metadata, controller: () => Promise.resolve(active) } }
}

test('dedicated controllers are those that are no brokers', async () => {
  expect(await chosen(dedicatedControllers(), dedicated(5))).toEqual([4, 5, 6])
  await expect(async () => chosen(dedicatedControllers(), fakeSubject())).rejects.toThrow('The cluster has no dedicated controllers: ask for them with `brokers(3, { controllers: 3 })`.')
})

test('a majority of the controllers has the active one, and leaves no quorum', async () => {
  expect(await everyChoice(majorityOfControllers(), dedicated(5))).toEqual(['4,5', '5,6'])
  await expect(chosen(majorityOfControllers(), dedicated(undefined))).rejects.toThrow('No dedicated controller is active at the moment.')

  expect(await majorityOfControllers().role?.(dedicated(5), [fakeNode(4), fakeNode(5)])).toEqual({ held: true, evidence: 'node 5 was the active controller' })
  expect(await majorityOfControllers().role?.(dedicated(6), [fakeNode(4), fakeNode(5)])).toEqual({ held: false, evidence: 'node 6 was the active controller' })
})
