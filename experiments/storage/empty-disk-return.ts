/** A broker's disk is exchanged for an empty one: it comes back without a byte of what it held, and copies all of it from the others. */
import {
  brokers, experiment, groupReads, leaderOf, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once, recoversWithin, seconds,
  topic, wipe
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A leader that dies and comes back with an empty disk gets all of it from the other replicas, and nothing is lost.',
  cluster: brokers(3, { controllers: 3, disks: { megabytes: 256 } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: once(seconds(5), wipe(leaderOf(orders)), { lasting: seconds(12) }),
  duration: seconds(24),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(40))],
  tags: ['nightly']
})
