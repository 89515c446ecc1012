/** When a cluster is steady, and how it is told what is missing. */
import { expect, test } from 'vitest'
import { untilSteady, whyNotRecovered } from '../../harness/run/steady-state.ts'
import type { PartitionState } from '../../harness/model/metadata.ts'
import { topic } from '../../harness/model/topic.ts'
import { fakeLink, fakeMetadata, fakeNode, fakeSubject, partitionState, type FakeOptions } from '../fake-cluster.ts'

const wait = (options: FakeOptions, deadlineMs = 0): Promise<void> =>
  untilSteady({ metadata: fakeMetadata(options), cluster: fakeSubject(options).cluster, topics: [topic('orders', { partitions: 1 })] }, { deadlineMs, signal: new AbortController().signal })

test('a cluster with all brokers, leaders and whole ISRs is steady', async () => {
  await expect(wait({ partitions: () => [partitionState(0, 1)] })).resolves.toBeUndefined()
})

test('what is missing is named: a broker, a leader, a replica', async () => {
  await expect(wait({ live: () => [1, 3] })).rejects.toThrow('still missing: broker 2')
  await expect(wait({ partitions: () => [] })).rejects.toThrow('any word of orders-0')
  await expect(wait({ partitions: () => [partitionState(0, undefined)] })).rejects.toThrow('a leader of orders-0')
  await expect(wait({ partitions: () => [partitionState(0, 1, [1, 2])] })).rejects.toThrow('broker 3 in the ISR of orders-0')
})

test('a node whose process does not run is missing, also where no client would see it', async () => {
  const controller = fakeNode(4)
  await controller.kill()

  await expect(wait({ nodes: [fakeNode(1), controller], partitions: () => [partitionState(0, 1)] })).rejects.toThrow('node 4, which is exited')
})

test('a broker that is registered and does not answer is missing: its last life\'s session may not have ended', async () => {
  const links = [fakeLink('admin', 1), fakeLink('admin', 2, { silent: true }), fakeLink('producer', 3, { silent: true })]

  await expect(wait({ links, partitions: () => [partitionState(0, 1)] })).rejects.toThrow(/still missing: an answer through admin->2\.$/)
})

test('nodes and partitions are named together, also where the cluster gives no word', async () => {
  const dead = fakeNode(2)
  await dead.kill()
  const nodes = [fakeNode(1), dead, fakeNode(3)]
  const partitions = (): readonly PartitionState[] => [partitionState(0, undefined, [1])]

  await expect(wait({ nodes, live: () => [1], partitions })).rejects.toThrow('still missing: node 2, which is exited; broker 3; a leader of orders-0')
  await expect(wait({ nodes, live: () => { throw new Error('nobody answers') } })).rejects.toThrow('still missing: node 2, which is exited; word of the cluster (nobody answers)')
  await expect(wait({ live: () => { throw new Error('nobody answers') } })).rejects.toThrow('still missing: nobody answers')
})

test('a cluster that has not recovered at the deadline is a sentence, and anything else that fails is an error', async () => {
  await expect(whyNotRecovered(wait({ live: () => [1, 3] }))).resolves.toBe('The cluster did not recover. Waited 0 s for a steady cluster; still missing: broker 2; any word of orders-0.')
  await expect(whyNotRecovered(wait({ partitions: () => [partitionState(0, 1)] }))).resolves.toBeUndefined()
  await expect(whyNotRecovered(Promise.reject(new Error('stop')))).rejects.toThrow('stop')
})

test('a cluster that becomes steady in time is waited for', async () => {
  let asked = 0

  await expect(wait({ partitions: () => [partitionState(0, 1, (asked += 1) > 2 ? [1, 2, 3] : [1])] }, 10_000)).resolves.toBeUndefined()
  expect(asked).toBe(3)
})

test('an abort ends the wait at once', async () => {
  await expect(untilSteady({ metadata: fakeMetadata({ live: () => [] }), cluster: fakeSubject({ nodes: [fakeNode(1)] }).cluster, topics: [] }, { deadlineMs: 60_000, signal: AbortSignal.abort(new Error('stop')) }))
    .rejects.toThrow('stop')
})
