/**
 * Three packets in ten are lost between the followers and their leader. TCP waits longer and longer before it sends one again, so that a
 * fetch takes seconds, and one may still wait when the fault is over; followers may leave the ISR, and the leader may change.
 */
import {
  brokers, experiment, followerLinksOf, groupReads, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once, packetLoss,
  recoversWithin, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A packet loss of 30 % between followers and their leader costs latency, and no record.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 300 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: once(seconds(8), packetLoss(followerLinksOf(orders), { percent: 30 }), { lasting: seconds(15) }),
  duration: seconds(28),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(40))],
  tags: ['nightly']
})
