/**
 * A leader stands still for longer than its session, as in a long garbage collection. The cluster fences it and elects another; when
 * it goes on, it still believes to lead, and must not get anybody to believe it.
 */
import {
  brokers, experiment, fencedBroker, groupReads, leaderOf, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once,
  pause, provenBy, recoversWithin, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A leader that stands still for 20 s is fenced and replaced, and what it does when it goes on loses and doubles nothing.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 2000 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work' })
  ],
  nemesis: once(seconds(4), provenBy(pause(leaderOf(orders)), fencedBroker()), { lasting: seconds(20) }),
  duration: seconds(32),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(40))],
  tags: ['nightly']
})
