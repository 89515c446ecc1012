/** Kafka's own Java clients die in the middle of what they do, and begin again as new incarnations. */
import {
  brokers, experiment, groupReads, killClient, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, oneConsumer, oneProducer, seconds,
  sequence, topic
} from '../../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Nothing is lost, doubled or passed over when Java clients are killed.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 2, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work', commitEvery: 100 })
  ],
  nemesis: sequence(
    { after: seconds(6), fault: killClient(oneProducer()), lasting: seconds(3) },
    { after: seconds(3), fault: killClient(oneConsumer()), lasting: seconds(9) }
  ),
  duration: seconds(28),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords]
})
