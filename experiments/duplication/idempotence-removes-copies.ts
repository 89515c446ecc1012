/** The same lost acknowledgements as in the control `lost-acknowledgements-double`, with an idempotent producer: not one copy. */
import {
  brokers, dropResponses, every, experiment, linkToLeaderOf, milliseconds, noDuplicates, noLostWrites, noReordering, numberedWrites, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'An idempotent producer whose acknowledgements are lost writes no record twice.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', idempotent: true, producers: 4, recordsPerSecond: 2000 }),
  nemesis: every(seconds(5), dropResponses(linkToLeaderOf(orders, { role: 'producer' })), { lasting: milliseconds(1500) }),
  duration: seconds(24),
  checkers: [noLostWrites, noDuplicates, noReordering],
  tags: ['nightly']
})
