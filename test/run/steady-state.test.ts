/** When a cluster is steady, and how it is told what is missing. */
import { expect, test } from 'vitest'
import { untilSteady } from '../../harness/run/steady-state.ts'
import { topic } from '../../harness/model/topic.ts'
import { fakeMetadata, fakeNode, partitionState, type FakeOptions } from '../fake-cluster.ts'

const wait = (options: FakeOptions, deadlineMs = 0): Promise<void> =>
  untilSteady({ metadata: fakeMetadata(options), nodes: options.nodes ?? [1, 2, 3].map(id => fakeNode(id)), topics: [topic('orders', { partitions: 1 })] }, { deadlineMs, signal: new AbortController().signal })

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

test('a cluster that becomes steady in time is waited for', async () => {
  let asked = 0

  await expect(wait({ partitions: () => [partitionState(0, 1, (asked += 1) > 2 ? [1, 2, 3] : [1])] }, 10_000)).resolves.toBeUndefined()
  expect(asked).toBe(3)
})

test('an abort ends the wait at once', async () => {
  await expect(untilSteady({ metadata: fakeMetadata({ live: () => [] }), nodes: [fakeNode(1)], topics: [] }, { deadlineMs: 60_000, signal: AbortSignal.abort(new Error('stop')) }))
    .rejects.toThrow('stop')
})
