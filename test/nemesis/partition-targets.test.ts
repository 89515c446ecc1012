/** Partitions and other shapes of links: which links they are, and whom a target must not take. */
import { expect, test } from 'vitest'
import type { Link, Subject } from '../../harness/model/cluster.ts'
import type { LinkTarget, NodeTarget } from '../../harness/model/fault.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { topic } from '../../harness/model/topic.ts'
import { allBrokers, bridge, byId, halves, leaderOf, linksOfRole, linksOneWay, majority, partition, peerLinksOf, quorumLinksOf, ring } from '../../harness/nemesis/index.ts'
import { fakeLink, fakeNode, fakeSubject, partitionState, type FakeNode } from '../fake-cluster.ts'

/** Combined nodes with all of their links, and any number of dedicated controllers beside them. */
const cluster = (count: number, { controllers = [] }: { readonly controllers?: readonly number[] } = {}): Subject => {
  const ids = Array.from({ length: count }, (_, index) => index + 1)
  const pairs = ids.flatMap(from => ids.filter(to => to !== from).map(to => ({ from, to })))
  const dedicated = controllers.map((id): FakeNode => ({ ...fakeNode(id), roles: ['controller'] }))

  return fakeSubject({
    nodes: [...ids.map(id => fakeNode(id)), ...dedicated],
    links: [
      ...pairs.map(({ from, to }) => fakeLink(from, to)), ...pairs.map(({ from, to }) => fakeLink(from, to, { plane: 'quorum' })),
      ...ids.flatMap(from => controllers.map(to => fakeLink(from, to, { plane: 'quorum' }))),
      ...ids.flatMap(id => [fakeLink('producer', id), fakeLink('consumer', id)])
    ],
    partitions: () => [partitionState(0, 2)]
  })
}

const chosen = async (target: LinkTarget, subject: Subject, seed = 'a'): Promise<readonly Link[]> => target.choose(subject, randomFrom(seed))
const names = async (target: LinkTarget, subject: Subject): Promise<readonly string[]> => (await chosen(target, subject)).map(({ name }) => name)

test('a partition by ids is the links between its groups, both planes and both ways, and no client', async () => {
  expect(await names(partition([1], [2, 3]), cluster(3))).toEqual([
    'data:1->2', 'data:1->3', 'data:2->1', 'data:3->1', 'quorum:1->2', 'quorum:1->3', 'quorum:2->1', 'quorum:3->1'
  ])
})

test('one way is the links by which the one ask the others, and never back, nor to any third', async () => {
  expect(await names(linksOneWay(byId(1), byId(2)), cluster(3))).toEqual(['data:1->2', 'quorum:1->2'])
  expect(await names(linksOneWay(byId(3), byId(1, 2)), cluster(3))).toEqual(['data:3->1', 'data:3->2', 'quorum:3->1', 'quorum:3->2'])
  expect(await names(linksOneWay(byId(2), byId(2)), cluster(3))).toEqual([])
})

test.for<[string, LinkTarget]>([
  ['asks', linksOneWay(leaderOf(topic('orders')), byId(1))], ['is asked', linksOneWay(byId(1), leaderOf(topic('orders')))]
])('one way keeps the role of who %s', async ([, target]) => {
  const links = await chosen(target, cluster(3))

  expect(await target.role?.(cluster(3), links)).toMatchObject({ held: true })
  expect(await target.role?.(fakeSubject({ partitions: () => [partitionState(0, 3)] }), links)).toMatchObject({ held: false })
  expect(linksOneWay(byId(1), byId(2)).role).toBeUndefined()
})

test('who is in no group is in reach of all', async () => {
  expect(await names(partition([1], [2]), cluster(3, { controllers: [4] }))).toEqual(['data:1->2', 'data:2->1', 'quorum:1->2', 'quorum:2->1'])
})

test('a partition that names a node twice, only one group or a node that is not there is refused, in words', async () => {
  expect(() => partition([1, 2], [2, 3])).toThrow('`partition` of [1, 2] and [2, 3] has a node in two groups')
  expect(() => partition([1, 2])).toThrow('`partition` of [1, 2] takes two groups')
  expect(() => partition([1, 2], [])).toThrow('takes two groups of nodes or more')
  await expect(chosen(partition([1], [7]), cluster(3))).rejects.toThrow('The cluster has no node 7')
})

/** Which brokers each one can ask when the links are cut. */
const reach = (links: readonly Link[], count: number): readonly number[] => Array.from({ length: count }, (_, index) =>
  count - 1 - links.filter(({ plane, from }) => plane === 'data' && from === index + 1).length)

test.for([['1', 'a'], ['2', 'b'], ['3', 'c']])('halves of five are two and three, whom the seed says (%s)', async ([, seed]) => {
  expect(reach(await chosen(halves(), cluster(5), seed), 5).toSorted()).toEqual([1, 1, 2, 2, 2])
})

test('another seed parts the brokers in another way', async () => {
  const shapes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async seed => reach(await chosen(halves(), cluster(5), seed), 5).join()))

  expect(new Set(shapes).size).toBeGreaterThan(1)
})

test('a bridge reaches both halves, which do not reach each other', async () => {
  const links = await chosen(bridge(), cluster(5))
  const reached = reach(links, 5)
  const onTheBridge = reached.indexOf(4) + 1

  expect(reached.toSorted()).toEqual([2, 2, 2, 2, 4])
  expect(links.filter(({ from, to }) => from === onTheBridge || to === onTheBridge)).toEqual([])
})

test('in a ring each reaches one other, and is reached by one', async () => {
  const links = await chosen(ring(), cluster(4))

  expect(reach(links, 4)).toEqual([1, 1, 1, 1])
  expect([1, 2, 3, 4].map(id => links.filter(({ plane, to }) => plane === 'data' && to === id).length)).toEqual([2, 2, 2, 2])
  expect(links.filter(({ plane }) => plane === 'quorum')).toHaveLength(8)
  expect(await chosen(ring(), cluster(3))).toHaveLength(6)
})

test('two brokers make neither a ring nor a bridge, and one no halves', async () => {
  await expect(chosen(ring(), cluster(2))).rejects.toThrow('There are 2 brokers; to be parted so takes 3')
  await expect(chosen(bridge(), cluster(2))).rejects.toThrow('takes 3')
  await expect(chosen(halves(), cluster(1))).rejects.toThrow('takes 2')
})

test('one way of a node\'s peer links is those by which it asks, or those by which it is asked', async () => {
  expect(await names(peerLinksOf(byId(1), { way: 'out' }), cluster(3))).toEqual(['data:1->2', 'data:1->3', 'quorum:1->2', 'quorum:1->3'])
  expect(await names(peerLinksOf(byId(1), { way: 'in' }), cluster(3))).toEqual(['data:2->1', 'data:3->1', 'quorum:2->1', 'quorum:3->1'])
  expect(await names(peerLinksOf(byId(1), { way: 'in', plane: 'data' }), cluster(3))).toEqual(['data:2->1', 'data:3->1'])
})

test('a broker is cut from the controllers alone by its quorum links', async () => {
  expect(await names(quorumLinksOf(byId(1)), cluster(3))).toEqual(['quorum:1->2', 'quorum:1->3', 'quorum:2->1', 'quorum:3->1'])
})

test('one client role is cut from one broker alone, and the broker\'s role is asked again', async () => {
  const target = linksOfRole('producer', { to: leaderOf(topic('orders')) })
  const links = await chosen(target, cluster(3))

  expect(target.description).toBe('the links of every producer to the leader of orders')
  expect(links.map(({ name }) => name)).toEqual(['producer->2'])
  expect(await target.role?.(cluster(3), links)).toMatchObject({ held: true })
  expect(await target.role?.(fakeSubject({ partitions: () => [partitionState(0, 3)] }), links)).toMatchObject({ held: false })
  expect(linksOfRole('producer').role).toBeUndefined()
})

const idsOf = async (target: NodeTarget, subject: Subject): Promise<readonly number[]> => (await target.choose(subject, randomFrom('a'))).map(({ id }) => id)

test('a majority is two of three and three of five, all different, and takes running ones only', async () => {
  expect(new Set(await idsOf(majority(), cluster(3))).size).toBe(2)
  expect(new Set(await idsOf(majority(), cluster(5))).size).toBe(3)
  const subject = cluster(3)
  await Promise.all(subject.cluster.nodes.slice(1).map(node => node.kill()))

  await expect(idsOf(majority(), subject)).rejects.toThrow('Fewer brokers run than a majority of them')
})

test('all brokers are no controllers, and ids may be both', async () => {
  const subject = cluster(2, { controllers: [3] })

  expect(await idsOf(allBrokers(), subject)).toEqual([1, 2])
  expect(await idsOf(byId(2, 3), subject)).toEqual([2, 3])
  await expect(idsOf(byId(9), subject)).rejects.toThrow('The cluster has no node 9')
})
