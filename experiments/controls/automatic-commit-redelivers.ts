/**
 * A client that commits by a timer, each five seconds by default: what was done since the last commit, seconds of work, comes again when the group
 * shares out its partitions after a death. kafkajs is not this control's client: it commits at the end of each fetched batch as well. And
 * @platformatic/kafka, which is, commits once more right after it has joined, what it has given up included (2.12.1).
 */
import {
  brokers, every, experiment, groupReads, killClient, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

// Each member gets 300 records a second: 300 that come again are a second of its work. A group that commits after its work, 100 records at most at
// once, is given fewer again. A death lasts longer than a session (6 s), so that the others take over.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group whose client commits by a timer, every five seconds, is given seconds of work again after a rebalance, and skips nothing.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 900, maxInFlight: 1 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'automatic', autoCommitInterval: seconds(5), commitEvery: 100 })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer(), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [noLostWrites, noSkippedRecords],
  expects: [
    { anomaly: 'redelivered', level: 'information', atLeast: 300, among: 'redelivered' },
    { anomaly: 'unowned', level: 'violation', atLeast: 0, among: 'any', client: 'platformatic' }
  ],
  client: 'platformatic',
  tags: ['control', 'nightly']
})
