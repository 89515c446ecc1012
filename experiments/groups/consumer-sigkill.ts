/** Consumers die in the middle of a batch. What they had done and not committed comes again; nothing may be passed over. */
import {
  brokers, every, experiment, groupReads, killClient, microseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

// A member can work on 333 records a second and gets 300: it is busy nine tenths of the time. A death lasts longer than a session
// (6 s), so that the others must notice it before the dead one is back.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that commits after its work passes over nothing when a consumer is killed in the middle of a batch.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 300 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: microseconds(3000), commitEvery: 100 })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer(), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [noLostWrites, noSkippedRecords],
  tags: ['nightly']
})
