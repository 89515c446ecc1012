/** The main job: the leader dies without warning, and every acknowledged record must still be there. */
import {
  brokers, experiment, groupReads, kill, leaderOf, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once,
  recoversWithin, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Records acknowledged by every in-sync replica survive the sudden death of their leader.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 3000 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work' })
  ],
  nemesis: once(seconds(4), kill(leaderOf(orders)), { lasting: seconds(12) }),
  duration: seconds(21),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(30))],
  tags: ['quick', 'nightly']
})
