/**
 * Nobody created the topic: the brokers did, when it was first asked for, and gave it what they give by default, one partition with one replica and a
 * min ISR of 1. The contract warns of it, and a power cut of one broker takes what the system had not written to its disk yet, also of what was
 * acknowledged long before. (The harness sets `default.replication.factor` to 3; here it is Kafka's own default again.)
 */
import { brokers, experiment, leaderOf, numberedWrites, once, powerCut, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 1, minInsyncReplicas: 1, createdBy: 'brokers' })

export default experiment({
  claim: 'A topic that brokers create of themselves has one replica by default, and loses acknowledged records in a power cut of one broker.',
  cluster: brokers(3, { disks: { megabytes: 256 }, config: { 'default.replication.factor': '1' } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
  nemesis: once(seconds(2), powerCut(leaderOf(orders)), { lasting: seconds(10) }),
  // What comes after it must outgrow what was there before, so that the verifier finds offsets in which it can plant its anomalies.
  duration: seconds(42),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'any' }, { danger: 'orders has one replica' }],
  tags: ['control', 'nightly']
})
