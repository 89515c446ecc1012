/** A marker set after the effect, and apart from it, is missing for the record that a dead consumer had in hand: it is done again. */
import {
  brokers, consumers, every, experiment, groupReads, killClient, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, seconds, seenCheck, topic
} from '../../harness/index.ts'

// A member can work on some 105 records a second and gets 87, so that it nearly always has one in hand when it dies. A death lasts longer than a
// session (6 s), so that the one that is left takes over. With one send at a time the load leaves the machine to the members.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that marks a record as seen after it has applied it repeats the effects that killed consumers were working on.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 260, maxInFlight: 1 }),
    groupReads({
      from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: milliseconds(9), commitEvery: 100,
      effect: seenCheck({ marker: 'after' })
    })
  ],
  nemesis: every(seconds(16), killClient(consumers(2), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [noLostWrites, noSkippedRecords],
  expects: [{ anomaly: 'effect-repeated', level: 'violation', atLeast: 1, among: 'redelivered' }],
  tags: ['control', 'nightly']
})
