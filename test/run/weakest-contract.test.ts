/** What is promised by a topic whose settings faults change: the least of all that was ever in force, and never more than the cluster told. */
import { expect, test } from 'vitest'
import type { TopicLine } from '../../harness/model/history.ts'
import { weakenings, weakestContract } from '../../harness/run/weakest-contract.ts'

const orders: TopicLine = {
  event: 'topic', topic: 'orders', partitions: 1, replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false, cleanupPolicy: 'delete', flushed: true
}
const imposing = (config: Readonly<Record<string, string>>, name = 'orders') => [{ topic: name, config }]

test.for<[string, Readonly<Record<string, string>>, Partial<TopicLine>]>([
  ['a lower min ISR', { 'min.insync.replicas': '1' }, { minInsyncReplicas: 1 }],
  ['unclean election', { 'unclean.leader.election.enable': 'true' }, { uncleanLeaderElection: true }],
  ['compaction', { 'cleanup.policy': 'compact,delete' }, { cleanupPolicy: 'compact,delete' }],
  ['records that are not flushed', { 'flush.messages': '1000' }, { flushed: false }]
])('%s is less than was promised, and people are told', ([, config, change]) => {
  expect(weakestContract(orders, imposing(config))).toEqual({ ...orders, ...change })
  expect(weakenings([orders], imposing(config))).toHaveLength(1)
})

test.for<[string, Readonly<Record<string, string>>]>([
  ['a higher min ISR', { 'min.insync.replicas': '3' }],
  ['a min ISR that is none', { 'min.insync.replicas': 'none' }],
  ['unclean election off', { 'unclean.leader.election.enable': 'false' }],
  ['a shorter retention', { 'retention.ms': '1000' }],
  ['every record flushed', { 'flush.messages': '1' }]
])('%s promises no less', ([, config]) => {
  expect(weakestContract(orders, imposing(config))).toEqual(orders)
  expect(weakenings([orders], imposing(config))).toEqual([])
})

test('what a fault strengthens for a while was weaker before, and counts so', () => {
  const weak: TopicLine = { ...orders, minInsyncReplicas: 1, uncleanLeaderElection: true, cleanupPolicy: 'compact', flushed: false }

  expect(weakestContract(weak, imposing({ 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false', 'cleanup.policy': 'delete', 'flush.messages': '1' }))).toEqual(weak)
})

test('another topic\'s settings are its own', () => {
  expect(weakestContract(orders, imposing({ 'min.insync.replicas': '1' }, 'payments'))).toEqual(orders)
})
