/** With acks=0 a send has succeeded as soon as it is handed to the network: what a dying leader had not got, or not passed on, is gone, and nobody is told. */
import { brokers, every, experiment, kill, leaderOf, numberedWrites, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'acks=0 loses records that were told to be written when their leader dies.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: '0', idempotent: false, producers: 4, recordsPerSecond: 3000 }),
  nemesis: every(seconds(22), kill(leaderOf(orders)), { lasting: seconds(12) }),
  duration: seconds(36),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' }],
  tags: ['control', 'nightly']
})
