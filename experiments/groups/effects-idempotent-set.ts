/** Each effect is a SET of a key of the record's own in Redis: done again after a death, it is the same effect. */
import {
  brokers, consumers, everyEffectOnce, experiment, groupReads, killClient, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, once, seconds, topic, upsert
} from '../../harness/index.ts'

// A member gets as many records as it can work on, 40 a second, so that it always has some done and not committed. A death lasts longer than a
// session (6 s), so that the one that is left takes over.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that sets each effect under its record\'s key in Redis has each effect once, though its consumers are killed in the middle of their work.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 40 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: milliseconds(25), commitEvery: 100, effect: upsert({ store: 'redis' }) })
  ],
  nemesis: once(seconds(8), killClient(consumers(2), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(24),
  checkers: [noLostWrites, noSkippedRecords, everyEffectOnce],
  tags: ['nightly']
})
