/** The disk of a leader meets an error, and its file system becomes read-only, as most are mounted to. */
import {
  brokers, experiment, failDisk, gaveUp, leaderOf, noDuplicates, noLostWrites, noReordering, numberedWrites, once, provenBy, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A disk that becomes read-only takes one broker out of the cluster, and no acknowledged record with it.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 1500 }),
  nemesis: once(seconds(6), provenBy(failDisk(leaderOf(orders)), gaveUp()), { lasting: seconds(14) }),
  duration: seconds(26),
  checkers: [noLostWrites, noDuplicates, noReordering],
  tags: ['nightly']
})
