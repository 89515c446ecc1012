/** The same refusals as in the control `in-flight-reorders`, with one batch in flight: what is tried again has nothing behind it that could overtake. */
import {
  brokers, cut, experiment, linkToLeaderOf, noLostWrites, noReordering, numberedWrites, seconds, sequence, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })
const refusal = { after: seconds(5), fault: cut(linkToLeaderOf(orders, { role: 'producer' }), { how: 'refuse' }), lasting: seconds(4) }

export default experiment({
  claim: 'With one batch in flight, retries keep the order of records, also without idempotence.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', idempotent: false, maxInFlight: 1, producers: 5, recordsPerSecond: 600 }),
  nemesis: sequence({ ...refusal, after: seconds(9) }, refusal, refusal),
  duration: seconds(36),
  checkers: [noLostWrites, noReordering],
  tags: ['nightly']
})
