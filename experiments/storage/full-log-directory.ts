/**
 * One of a broker's two log directories is full. The broker gives up this one alone: what it led there others lead at once. What it
 * followed there stands still although it has left the ISR: its broker lives, so that the leaders wait for it until it has not caught up for
 * `replica.lag.time.max.ms`, 30 s (Kafka 4.3.0, measured).
 */
import {
  brokers, experiment, fillDisk, leaderOf, noDuplicates, noLostWrites, noReordering, numberedWrites, once, partlyInSync, provenBy, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 6, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A full log directory of two takes its own partitions out of one broker, and no acknowledged record with them.',
  cluster: brokers(3, { disks: { megabytes: 256, directories: 2 } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 1500 }),
  nemesis: once(seconds(6), provenBy(fillDisk(leaderOf(orders), { directory: 2 }), partlyInSync(orders)), { lasting: seconds(36) }),
  duration: seconds(50),
  checkers: [noLostWrites, noDuplicates, noReordering],
  tags: ['nightly']
})
