/**
 * Two brokers of three are stopped in order, so that the last replica in sync is alone with what it had acknowledged together with one of
 * them; then its power is cut, and it comes back first. It is in the ISR and lacks records. With eligible leader replicas (KIP-966, on by default from
 * Kafka 4.1) the controller sees that it did not shut down cleanly, and nobody leads until a replica is back that was in sync when the
 * ISR fell below its minimum. `last-replica-power-cut-loses` is the same without them. The controller is a node of its own, so that two brokers can be away.
 */
import { brokers, experiment, followersOf, lastInSync, noDuplicates, noLostWrites, noReordering, numberedWrites, powerCut, seconds, stop, together, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'With eligible leader replicas, the last replica in sync loses no acknowledged record when its power is cut while the others are stopped.',
  cluster: brokers(3, { controllers: 1, disks: { megabytes: 256 } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 6, recordsPerSecond: 1500 }),
  nemesis: together(
    { after: seconds(6), fault: stop(followersOf(orders)), lasting: seconds(22) },
    { after: seconds(12), fault: powerCut(lastInSync(orders)), lasting: seconds(5) }
  ),
  duration: seconds(44),
  checkers: [noLostWrites, noDuplicates, noReordering],
  tags: ['nightly']
})
