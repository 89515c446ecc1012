/**
 * The ISR trap: the followers cannot ask their leader any more, though it can ask them, so that it is soon the last replica in sync; then it
 * stops, for long. The followers lack nothing that was acknowledged, for one alone may not acknowledge with min ISR 2, and the controllers know
 * it (eligible leader replicas, KIP-966): one of them leads, while the old leader is still away. Before Kafka 4.1 the partition would wait for it.
 */
import {
  brokers, cut, experiment, lastInSync, leaderOf, ledAgain, noDuplicates, noLostWrites, noReordering, numberedWrites, peerLinksOf, provenBy, recoversWithin, seconds, stop,
  together, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'When followers can no longer ask their leader, and it stops, one of them leads before it is back, and nothing is lost.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000' } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1000 }),
  nemesis: together(
    { after: seconds(4), fault: cut(peerLinksOf(leaderOf(orders), { way: 'in' })), lasting: seconds(30) },
    { after: seconds(16), fault: provenBy(stop(lastInSync(orders)), ledAgain(orders)), lasting: seconds(26) }
  ),
  duration: seconds(47),
  // From the cut until the old leader is back it is 38 s.
  checkers: [noLostWrites, noDuplicates, noReordering, recoversWithin(seconds(28))],
  tags: ['nightly']
})
