/**
 * A member with a `group.instance.id` is killed and started again before its session ends: its partitions wait for it, and the others of
 * its group are not rebalanced. What is written meanwhile waits too; that is the price. Not every client has static members: see docs/clients.md.
 */
import {
  brokers, every, experiment, groupReads, killClient, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, othersKeepPartitions, seconds, topic
} from '../../harness/index.ts'

// A death of 4 s, and some more until the next process has joined, is within a session as long as Kafka's own default, on a slow machine too.
const orders = topic('orders', { partitions: 6, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A static member that is killed, and back within its session, has its partitions again, and no other member is rebalanced.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', commitEvery: 100, sessionTimeout: seconds(45), membership: 'static' })
  ],
  nemesis: every(seconds(18), killClient(oneConsumer()), { lasting: seconds(4) }),
  duration: seconds(54),
  checkers: [noLostWrites, noSkippedRecords, othersKeepPartitions],
  client: 'platformatic',
  tags: ['nightly']
})
