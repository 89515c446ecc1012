/** What the auditor's answer leaves out. */
import { expect, test } from 'vitest'
import { unreported } from '../../harness/run/audit-process.ts'

const topics = [{ name: 'orders', partitions: 3 }, { name: 'payments', partitions: 1 }]
const all = [0, 1, 2].map(partition => ({ topic: 'orders', partition })).concat({ topic: 'payments', partition: 0 })

test('an answer that speaks of every partition leaves out none', () => {
  expect(unreported(topics, all)).toEqual([])
})

test('a partition of which the auditor said nothing is told', () => {
  expect(unreported(topics, all.filter(({ topic, partition }) => topic !== 'orders' || partition !== 2))).toEqual(['The audit said nothing of orders-2.'])
  expect(unreported(topics, [])).toHaveLength(4)
})
