/**
 * Each member writes in transactions of its own transactional id. kafkajs does not tell the brokers the group's generation with the
 * offsets (KIP-447), so nothing fences a member that was frozen, lost its partition and goes on: it commits once more what its new owner has committed.
 */
import { brokers, every, experiment, freeze, groupTransforms, microseconds, numberedWrites, oneConsumer, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const invoices = topic('invoices', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'On kafkajs, transactions with an id for each member make some records twice when a member is frozen and thawed again.',
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
  checkers: [],
  expects: [
    { anomaly: 'effect-repeated', level: 'violation', atLeast: 1, among: 'redelivered' },
    { anomaly: 'dual-owner', level: 'violation', atLeast: 1, among: 'any' }
  ],
  client: 'kafkajs',
  tags: ['control', 'nightly']
})
