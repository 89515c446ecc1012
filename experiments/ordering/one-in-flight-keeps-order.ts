/** The same refusals as in the control `in-flight-reorders`, with one batch in flight: what is tried again has nothing behind it that could overtake. */
import {
  brokers, cut, every, experiment, linkToLeaderOf, noLostWrites, noReordering, numberedWrites, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'With one batch in flight, retries keep the order of records, also without idempotence.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', idempotent: false, maxInFlight: 1, producers: 5, recordsPerSecond: 1600 }),
  nemesis: every(seconds(4), cut(linkToLeaderOf(orders, { role: 'producer' }), { how: 'refuse' }), { lasting: seconds(1) }),
  duration: seconds(30),
  checkers: [noLostWrites, noReordering],
  tags: ['nightly']
})
