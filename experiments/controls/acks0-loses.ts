/**
 * With acks=0 a send has succeeded as soon as it is handed to the network, and nobody is told of anything. The loss outlasts the fault: kafkajs
 * 2.2.4 goes on to send to the dead leader, and to the same broker when it is back and leads no more, for as long as it runs. On a busy
 * machine it also begins before it, with what waited in buffers. The proxy adds its own: it takes a connection before it reaches the broker, so
 * that a client is not even refused.
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
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1000, among: 'any' }],
  tags: ['control', 'nightly']
})
