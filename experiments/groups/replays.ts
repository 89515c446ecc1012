/**
 * An application seeks back over what it has read, as one does that rebuilds what it derives from records, and commits as it goes, so that its
 * commits go back as well. Members die meanwhile. What was sought is given again, from there on, and nothing is passed over.
 */
import {
  brokers, every, experiment, groupReads, killClient, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

// A member can work on some 230 records a second and gets 120, and half as many again that it seeks back to, so that it mostly has work in hand. A
// death lasts longer than a session (6 s).
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group whose members seek back over what they have read is given it again, and passes over nothing, though consumers are killed.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 360, maxInFlight: 1 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', commitEvery: 100, workPerRecord: milliseconds(4), replays: { every: 600, records: 200 } })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer(), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [noLostWrites, noSkippedRecords],
  expects: [{ anomaly: 'redelivered', level: 'information', atLeast: 3000, among: 'any' }],
  tags: ['nightly']
})
