/** Each record is flushed before it is acknowledged, and a leader's disk is slow: its partitions are, and nothing else happens to them. */
import { brokers, experiment, leaderOf, noDuplicates, noLostWrites, noReordering, numberedWrites, once, seconds, slowDisk, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2, config: { 'flush.messages': '1' } })

export default experiment({
  claim: 'A slow disk delays what is flushed before it is acknowledged, and loses none of it.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 1000 }),
  nemesis: once(seconds(8), slowDisk(leaderOf(orders), { kilobytesPerSecond: 100 }), { lasting: seconds(8) }),
  duration: seconds(26),
  checkers: [noLostWrites, noDuplicates, noReordering],
  tags: ['nightly']
})
