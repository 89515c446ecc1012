/** Consumers die in the middle of a batch. What they had done and not committed comes again; nothing may be passed over. */
import {
  brokers, every, experiment, groupReads, killClient, microseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that commits after its work passes over nothing when a consumer is killed in the middle of a batch.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 300 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: microseconds(500) })
  ],
  nemesis: every(seconds(10), killClient(oneConsumer()), { lasting: seconds(3) }),
  duration: seconds(24),
  checkers: [noLostWrites, noSkippedRecords],
  tags: ['nightly']
})
