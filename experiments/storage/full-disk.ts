/** The disk of a leader is full to its last byte. Its broker ends itself, and the others go on. */
import {
  brokers, experiment, fillDisk, gaveUp, leaderOf, noDuplicates, noLostWrites, noReordering, numberedWrites, once, provenBy, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A full disk takes one broker out of the cluster, and no acknowledged record with it.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 1500 }),
  nemesis: once(seconds(6), provenBy(fillDisk(leaderOf(orders)), gaveUp()), { lasting: seconds(14) }),
  duration: seconds(26),
  checkers: [noLostWrites, noDuplicates, noReordering],
  tags: ['nightly']
})
