/**
 * Invoices are made from orders. Members die in the middle of it, two at a time and all of them again and again; whoever takes a partition
 * over takes over its transactional id first, and asks only then how far the group has come.
 */
import {
  brokers, consumers, every, everyEffectOnce, experiment, groupTransforms, killClient, microseconds, noLostWrites, noSkippedRecords, numberedWrites, seconds, topic,
  wholeTransactions
} from '../../harness/index.ts'

// A death lasts longer than a session (3 s), so that others must notice it before the dead are back.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const invoices = topic('invoices', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Consuming, transforming and producing in one transaction makes exactly one record from each, though members are killed again and again.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 180 }),
    groupTransforms({ from: orders, to: invoices, group: 'invoicing', members: 3, workPerRecord: microseconds(2000), sessionTimeout: seconds(3) })
  ],
  nemesis: every(seconds(10), killClient(consumers(2), { inMidWork: true }), { lasting: seconds(5) }),
  duration: seconds(86),
  checkers: [everyEffectOnce, wholeTransactions, noLostWrites, noSkippedRecords],
  tags: ['nightly']
})
