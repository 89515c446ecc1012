/**
 * The same faults as in `min-isr-refuses`, with min ISR 1: the leader acknowledges alone, and dies. Nobody else has what it wrote, so the
 * partition has no leader; an operator who cannot wait lets a replica lead that was left behind.
 */
import { brokers, cut, electUnclean, experiment, followerLinksOf, kill, lastInSync, numberedWrites, seconds, together, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 1 })

export default experiment({
  claim: 'With min ISR 1, the last replica in sync acknowledges alone, and loses it when it dies and a replica that was left behind is made to lead.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000', 'broker.session.timeout.ms': '6000' } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
  nemesis: together(
    { after: seconds(4), fault: cut(followerLinksOf(orders)), lasting: seconds(26) },
    { after: seconds(15), fault: kill(lastInSync(orders)), lasting: seconds(17) },
    { after: seconds(25), fault: electUnclean(orders), lasting: seconds(4) }
  ),
  duration: seconds(38),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' }],
  tags: ['control', 'nightly']
})
