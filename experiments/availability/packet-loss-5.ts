/** One packet in twenty is lost between the followers and their leader: what TCP sends again is late, and everybody waits for it. */
import {
  brokers, experiment, followerLinksOf, groupReads, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once, packetLoss,
  recoversWithin, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A packet loss of 5 % between followers and their leader costs latency, and no record.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 300 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' })
  ],
  nemesis: once(seconds(14), packetLoss(followerLinksOf(orders), { percent: 5 }), { lasting: seconds(15) }),
  duration: seconds(35),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(20))],
  tags: ['nightly']
})
