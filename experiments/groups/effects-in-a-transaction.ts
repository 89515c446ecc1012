/** The unique key, the work and the effect are one transaction of PostgreSQL's: what a dead consumer had begun, the server takes back. */
import {
  brokers, consumers, everyEffectOnce, experiment, groupReads, insertOnce, killClient, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, once, seconds, topic
} from '../../harness/index.ts'

// A member gets as many records as it can work on, 20 a second, so that it always has some done and not committed. A death lasts longer than a
// session (6 s), so that the one that is left takes over.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that keeps a unique key and the effect in one PostgreSQL transaction applies each record once, though its consumers are killed in the middle of their work.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 20 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: milliseconds(45), commitEvery: 20, effect: insertOnce({ store: 'postgresql' }) })
  ],
  nemesis: once(seconds(8), killClient(consumers(2), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(24),
  checkers: [noLostWrites, noSkippedRecords, everyEffectOnce],
  tags: ['nightly']
})
