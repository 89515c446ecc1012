/**
 * Nothing is disturbed; three producers abort every third transaction. The broker tells a reader of committed records which transactions were
 * aborted, in the order in which they ended; kafkajs 2.2.4 takes it for the order in which they began, and delivers what it did not find
 * in time (`consumer/filterAbortedMessages.js`). So this is the client's doing, not the cluster's.
 */
import { brokers, experiment, groupReads, numberedWrites, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'kafkajs gives readers of committed records what was aborted, where aborted transactions overlap.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 1500, transactions: { records: 150, abortEvery: 3 } }),
    numberedWrites({ to: orders, acks: 'all', producers: 1, firstProducer: 4, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work', isolation: 'read_committed' })
  ],
  duration: seconds(20),
  checkers: [],
  expects: [{ anomaly: 'aborted-read', level: 'violation', atLeast: 1, among: 'any' }],
  tags: ['nightly']
})
