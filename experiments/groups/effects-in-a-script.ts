/** The marker and the effect are set by one script, which Redis carries out whole: there is no moment between them to die in. */
import {
  brokers, consumers, everyEffectOnce, experiment, groupReads, insertOnce, killClient, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, once, seconds, topic
} from '../../harness/index.ts'

// A member gets as many records as it can work on, 40 a second, so that it always has some done and not committed. A death lasts longer than a
// session (6 s), so that the one that is left takes over.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that sets marker and effect in one Redis script applies each record once, though its consumers are killed in the middle of their work.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 40 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: milliseconds(25), commitEvery: 100, effect: insertOnce({ store: 'redis' }) })
  ],
  nemesis: once(seconds(8), killClient(consumers(2), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(24),
  checkers: [noLostWrites, noSkippedRecords, everyEffectOnce],
  tags: ['nightly']
})
