/** Nothing is disturbed; a producer aborts every third transaction. Whoever did not ask for committed records only is given all of them. */
import { brokers, experiment, groupReads, noLostWrites, noSkippedRecords, numberedWrites, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A reader of uncommitted records is given what is aborted.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 1500, transactions: { records: 150, abortEvery: 3 } }),
    numberedWrites({ to: orders, acks: 'all', producers: 1, firstProducer: 2, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work', isolation: 'read_uncommitted' })
  ],
  duration: seconds(20),
  checkers: [noLostWrites, noSkippedRecords],
  expects: [{ outcome: 'read-aborted', atLeast: 100 }],
  tags: ['control', 'nightly']
})
