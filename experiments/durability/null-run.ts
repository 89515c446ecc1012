/** The null run: nothing is broken, so nothing may be found. A harness that finds something here is broken itself. */
import {
  brokers, experiment, groupReads, noCorruption, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'When nothing happens, nothing is lost, doubled, reordered or skipped.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 400 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work' })
  ],
  duration: seconds(21),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, noCorruption],
  tags: ['quick', 'nightly']
})
