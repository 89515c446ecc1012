/**
 * The same leader as in `zombie-leader`, cut off from all nodes and from none of its clients. With acks=1 it goes on to acknowledge what
 * nobody else will ever have; when it comes back it follows the leader that was elected meanwhile, and cuts all of that off. Before it comes
 * back producers lose it too: else it would go on for a moment after the links are whole again, until it has heard of the other leader.
 */
import { brokers, cut, experiment, leaderOf, linksOfRole, numberedWrites, peerLinksOf, seconds, together, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A leader that is cut off from the other nodes, and not from its clients, loses what it acknowledges with acks=1.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: '1', idempotent: false, producers: 4, recordsPerSecond: 2000 }),
  nemesis: together(
    { after: seconds(5), fault: cut(peerLinksOf(leaderOf(orders))), lasting: seconds(16) },
    { after: seconds(19), fault: cut(linksOfRole('producer'), { how: 'refuse' }), lasting: seconds(7) }
  ),
  duration: seconds(30),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1000, among: 'hit' }],
  tags: ['control', 'nightly']
})
