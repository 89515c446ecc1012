/** A consumer that applies whatever it is given does so again with all that comes again after a death. */
import {
  brokers, every, experiment, groupReads, killClient, microseconds, naive, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

// A death lasts longer than a session (6 s), so that the others take over what the dead one had not committed.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that applies each delivery applies some records twice when a consumer is killed in the middle of its work.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 120 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: microseconds(5000), commitEvery: 100, effect: naive() })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer(), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [noLostWrites, noSkippedRecords],
  expects: [{ anomaly: 'effect-repeated', level: 'permitted', atLeast: 1, among: 'redelivered' }],
  tags: ['control', 'nightly']
})
