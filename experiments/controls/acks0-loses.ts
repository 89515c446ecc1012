/**
 * With acks=0 a send has succeeded as soon as it is handed to the network, and nobody is told of anything: seconds of records may wait in
 * buffers when the leader dies, and a client may go on sending to it for as long as it runs, also when another leads. So the loss begins
 * before the fault and outlasts it. The proxy adds its own to that: it takes a connection before it reaches the broker, so that a client
 * is not even refused.
 */
import { brokers, experiment, kill, leaderOf, numberedWrites, once, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'acks=0 loses records that were told to be written when their leader dies, and nobody is told.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: '0', idempotent: false, producers: 4, recordsPerSecond: 500 }),
  nemesis: once(seconds(12), kill(leaderOf(orders)), { lasting: seconds(12) }),
  duration: seconds(28),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'any' }],
  tags: ['control', 'nightly']
})
