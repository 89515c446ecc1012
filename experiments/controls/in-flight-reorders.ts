/**
 * Five batches in flight, and no idempotence: when connections are refused for some seconds, each batch is tried again in its own time, and a
 * later one may land first. kafkajs 2.2.4 does not need that: on a busy machine sends that are under way at once were seen to overtake one
 * another before any fault struck, so that no demand is made of when it happens.
 */
import { brokers, cut, experiment, linkToLeaderOf, numberedWrites, seconds, sequence, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })
const refusal = { after: seconds(5), fault: cut(linkToLeaderOf(orders, { role: 'producer' }), { how: 'refuse' }), lasting: seconds(4) }

export default experiment({
  claim: 'With several batches in flight and no idempotence, records do not keep their order.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', idempotent: false, maxInFlight: 5, producers: 5, recordsPerSecond: 600 }),
  nemesis: sequence({ ...refusal, after: seconds(9) }, refusal, refusal),
  duration: seconds(36),
  checkers: [],
  expects: [{ anomaly: 'reordered', level: 'permitted', atLeast: 1, among: 'any' }],
  tags: ['control', 'nightly']
})
