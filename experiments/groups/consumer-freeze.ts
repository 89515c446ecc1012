/** A consumer stands still for longer than its session: it is thrown out, others take over, and when it goes on it must not commit for them. */
import {
  brokers, every, experiment, freeze, groupReads, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group passes over nothing when a consumer stands still, is thrown out, and comes back.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 400 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', commitEvery: 100 })
  ],
  nemesis: every(seconds(16), freeze(oneConsumer()), { lasting: seconds(10) }),
  duration: seconds(44),
  checkers: [noLostWrites, noSkippedRecords],
  tags: ['nightly']
})
