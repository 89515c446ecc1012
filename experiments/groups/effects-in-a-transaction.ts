/** The unique key, the work and the effect are one transaction of PostgreSQL's: what a dead consumer had begun, the server takes back. */
import {
  brokers, every, everyEffectOnce, experiment, groupReads, insertOnce, killClient, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

// With its transactions a member can work on some 105 records a second and gets 87, so that it nearly always has some done and not committed when
// it dies. A death lasts longer than a session (6 s), so that the others take over. With one send at a time the load leaves the machine to the members.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that keeps a unique key and the effect in one PostgreSQL transaction applies each record once, though its consumers are killed in the middle of their work.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 260, maxInFlight: 1 }),
    groupReads({
      from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: milliseconds(5), commitEvery: 100,
      effect: insertOnce({ store: 'postgresql' })
    })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer(), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [noLostWrites, noSkippedRecords, everyEffectOnce],
  tags: ['nightly']
})
