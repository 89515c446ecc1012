/**
 * A follower cannot fetch from its leader while records flow: the leader must drop it from the ISR after
 * `replica.lag.time.max.ms` (lowered here from 30 s, so that a run is short) and take it back once it has caught up.
 */
import {
  brokers, cut, experiment, groupReads, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once, oneFollowerLinkOf, provenBy,
  recoversWithin, seconds, shrunkIsr, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A follower that is cut off from its leader leaves the ISR and comes back, and no acknowledged record is lost.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000' } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: once(seconds(4), provenBy(cut(oneFollowerLinkOf(orders)), shrunkIsr(orders)), { lasting: seconds(12) }),
  duration: seconds(24),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(15))],
  tags: ['nightly']
})
