/**
 * A member stands still in the middle of its work, loses its partition to another, and goes on, sure of everything that it knew. It must
 * be seen trying to write, and nothing of it may come of that.
 */
import {
  brokers, every, everyEffectOnce, experiment, freeze, groupTransforms, microseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic,
  wholeTransactions
} from '../../harness/index.ts'

// Nearly all of a member's time is work within a transaction, so that it is frozen in the midst of one.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const invoices = topic('invoices', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A member that was frozen, replaced under its transactional id and thawed again is fenced: nothing that it writes is ever seen.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 180 }),
    groupTransforms({ from: orders, to: invoices, group: 'invoicing', members: 3, workPerRecord: microseconds(10000), sessionTimeout: seconds(3) })
  ],
  nemesis: every(seconds(12), freeze(oneConsumer()), { lasting: seconds(8) }),
  duration: seconds(58),
  checkers: [wholeTransactions, everyEffectOnce, noLostWrites, noSkippedRecords],
  expects: [{ outcome: 'fenced', atLeast: 1 }],
  tags: ['nightly']
})
