/** The transactional ids of a run's clients, as they give them to the cluster. */
import { expect, test } from 'vitest'
import { topic } from '../../harness/model/topic.ts'
import type { Workload } from '../../harness/model/workload.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { groupTransforms } from '../../harness/workloads/group-transforms.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { transactionalIdsOf } from '../../harness/workloads/transactional-ids.ts'

const orders = topic('orders', { partitions: 2 })
const invoices = topic('invoices', { partitions: 2 })
const idsOf = ({ clients }: Workload): readonly (readonly string[])[] => clients.map(plan => transactionalIdsOf('run', plan))
const transforms = { from: orders, to: invoices, group: 'billing', members: 2 }

test('a producer in transactions has one of its own, and one without has none', () => {
  expect(idsOf(numberedWrites({ to: orders, acks: 'all', producers: 2, transactions: {} }))).toEqual([['run.p1'], ['run.p2']])
  expect(idsOf(numberedWrites({ to: orders, acks: 'all', producers: 1 }))).toEqual([[]])
})

test('a member may come to have that of any partition, or has its own; one that only reads has none', () => {
  const all = ['run.billing.orders-0', 'run.billing.orders-1']

  expect(idsOf(groupTransforms(transforms))).toEqual([all, all])
  expect(idsOf(groupTransforms({ ...transforms, transactionalIds: 'per-member' }))).toEqual([['run.billing.c1'], ['run.billing.c2']])
  expect(idsOf(groupTransforms({ ...transforms, transactionalIds: 'none' }))).toEqual([[], []])
  expect(idsOf(groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' }))).toEqual([[]])
})
