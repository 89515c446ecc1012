/** Each effect is written under the record's id: done again after a death, it is the same effect. */
import {
  brokers, every, everyEffectOnce, experiment, groupReads, killClient, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic, upsert
} from '../../harness/index.ts'

// A member can work on some 105 records a second and gets 87, so that it nearly always has some done and not committed when it dies. A death
// lasts longer than a session (6 s), so that the others take over. With one send at a time the load leaves the machine to the members.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that writes each effect under its record\'s id has each effect once, though its consumers are killed in the middle of their work.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 260, maxInFlight: 1 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: milliseconds(9), commitEvery: 100, effect: upsert() })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer(), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [noLostWrites, noSkippedRecords, everyEffectOnce],
  tags: ['nightly']
})
