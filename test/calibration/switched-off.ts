/** An experiment that pretends to kill the leader and does nothing: it must never come out upheld. */
import { brokers, experiment, kill, leaderOf, noLostWrites, numberedWrites, once, seconds, topic } from '../../harness/index.ts'
import { switchedOff } from './numb.ts'

const orders = topic('orders')

export default experiment({
  claim: 'A leader that nobody killed survives.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 2, recordsPerSecond: 500 }),
  nemesis: once(seconds(2), switchedOff(kill(leaderOf(orders))), { lasting: seconds(3) }),
  duration: seconds(8),
  checkers: [noLostWrites]
})
