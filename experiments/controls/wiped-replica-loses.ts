/**
 * A topic of one replica, and its broker comes back with an empty disk. Kafka does not begin anew by itself: the controllers know that it is another
 * disk, and the partition has no leader. An operator who wants it to work again asks for an unclean election; the log begins at offset 0, and
 * all that was acknowledged before is gone, whether or not a fault met it.
 */
import { brokers, electUnclean, experiment, leaderOf, numberedWrites, seconds, together, topic, wipe } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 1, minInsyncReplicas: 1 })

export default experiment({
  claim: 'With one replica, a broker that comes back with an empty disk has lost all that was acknowledged, once it is made to lead again.',
  cluster: brokers(3, { controllers: 3, disks: { megabytes: 256 }, config: { 'broker.session.timeout.ms': '6000' } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
  nemesis: together(
    { after: seconds(2), fault: wipe(leaderOf(orders)), lasting: seconds(8) },
    { after: seconds(19), fault: electUnclean(orders), lasting: seconds(4) }
  ),
  // What comes after it must outgrow what was there before, so that the verifier finds offsets in which it can plant its anomalies.
  duration: seconds(44),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1000, among: 'any' }, { danger: 'orders has one replica' }],
  tags: ['control', 'nightly']
})
