/** The marker and the effect are set by one script, which Redis carries out whole: there is no moment between them to die in. */
import {
  brokers, every, everyEffectOnce, experiment, groupReads, insertOnce, killClient, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

// A member can work on some 140 records a second and gets 120, so that it nearly always has some done and not committed when it dies. A death
// lasts longer than a session (6 s), so that the others take over. With one send at a time the load leaves the machine to the members.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that sets marker and effect in one Redis script applies each record once, though its consumers are killed in the middle of their work.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 360, maxInFlight: 1 }),
    groupReads({
      from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: milliseconds(7), commitEvery: 100,
      effect: insertOnce({ store: 'redis' })
    })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer(), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [noLostWrites, noSkippedRecords, everyEffectOnce],
  tags: ['nightly']
})
