/** Consumers are killed and come back, one after the other and all of them again and again: the group shares its partitions out all the time. */
import {
  brokers, every, experiment, groupReads, killClient, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 6, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group passes over nothing while its consumers are restarted again and again.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 600 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', commitEvery: 100 })
  ],
  nemesis: every(seconds(13), killClient(oneConsumer()), { lasting: seconds(9) }),
  duration: seconds(60),
  checkers: [noLostWrites, noSkippedRecords],
  tags: ['nightly']
})
