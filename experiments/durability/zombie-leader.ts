/**
 * The leader is cut off from its followers and from the controllers, and does not know it: clients still reach it, and the others elect
 * another one. With acks=all it cannot finish a single write, for nobody fetches from it.
 */
import {
  brokers, cut, experiment, groupReads, leaderOf, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once, peerLinksOf,
  recoversWithin, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A leader that is cut off from the other nodes, and not from its clients, acknowledges nothing with acks=all that is lost.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' })
  ],
  nemesis: once(seconds(4), cut(peerLinksOf(leaderOf(orders))), { lasting: seconds(18) }),
  duration: seconds(29),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(40))],
  tags: ['nightly']
})
