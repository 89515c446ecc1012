/** The same refusals as in the control `in-flight-reorders`, with one batch in flight: what is tried again has nothing behind it that could overtake. */
import {
  brokers, cut, every, experiment, linkToLeaderOf, milliseconds, noLostWrites, noReordering, numberedWrites, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'With one batch in flight, retries keep the order of records, also without idempotence.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', idempotent: false, maxInFlight: 1, producers: 4, recordsPerSecond: 2000 }),
  nemesis: every(seconds(6), cut(linkToLeaderOf(orders, { role: 'producer' }), { how: 'refuse' }), { lasting: milliseconds(1500) }),
  duration: seconds(24),
  checkers: [noLostWrites, noReordering],
  tags: ['nightly']
})
