/**
 * Each member writes in transactions of its own transactional id, which nobody takes over when it is frozen and its partition goes to another.
 * librdkafka tells the coordinator the member's generation with the offsets (KIP-447): what is late is refused. kafkajs does not, and
 * `transform-without-fencing-repeats` shows what comes of that.
 */
import {
  brokers, every, everyEffectOnce, experiment, freeze, groupTransforms, microseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic,
  wholeTransactions
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const invoices = topic('invoices', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'On librdkafka, transactions with an id for each member make one record from each, though a member is frozen, replaced and thawed again.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 180 }),
    groupTransforms({
      from: orders, to: invoices, group: 'invoicing', members: 3, transactionalIds: 'per-member', workPerRecord: microseconds(10000), sessionTimeout: seconds(3),
      transactionTimeout: seconds(30)
    })
  ],
  nemesis: every(seconds(12), freeze(oneConsumer()), { lasting: seconds(8) }),
  duration: seconds(58),
  checkers: [everyEffectOnce, wholeTransactions, noLostWrites, noSkippedRecords],
  // Without a commit that comes too late there is nothing to fence.
  expects: [{ outcome: 'late-commits', atLeast: 1 }],
  client: 'confluent',
  tags: ['nightly']
})
