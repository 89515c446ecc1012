/**
 * A topic of one replica: nobody else can lead, so a dead broker's partition waits for it. Its process is gone and its disk is not: what the
 * machine has been given to write is there when the broker comes back. Without the disk nothing would be.
 */
import {
  brokers, experiment, kill, leaderless, leaderOf, noDuplicates, noLostWrites, noReordering, numberedWrites, once, provenBy, recoversWithin, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 1, minInsyncReplicas: 1 })

export default experiment({
  claim: 'With one replica, the death of its broker stops a partition until it is back, and loses nothing that was acknowledged.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
  nemesis: once(seconds(5), provenBy(kill(leaderOf(orders)), leaderless(orders)), { lasting: seconds(14) }),
  duration: seconds(26),
  checkers: [noLostWrites, noDuplicates, noReordering, recoversWithin(seconds(40))],
  tags: ['nightly']
})
