/** One broker of three is cut off from its peers and from the quorum, while clients still reach it: it must not acknowledge alone. */
import {
  brokers, cut, experiment, groupReads, minority, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once, peerLinksOf,
  recoversWithin, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A minority that is cut off from the other brokers acknowledges nothing that is lost when it comes back.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: once(seconds(4), cut(peerLinksOf(minority())), { lasting: seconds(15) }),
  duration: seconds(26),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(40))],
  tags: ['nightly']
})
