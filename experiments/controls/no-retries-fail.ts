/**
 * A client that does not try again hands every passing trouble to the application. This one puts the errors on record: nothing that was
 * acknowledged is lost, and some of what failed is in the log all the same, which no error tells.
 */
import { brokers, experiment, kill, leaderOf, numberedWrites, once, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Without retries, the death of a leader makes sends fail, and the application must handle it.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', idempotent: false, retries: 0, producers: 4, recordsPerSecond: 1000 }),
  nemesis: once(seconds(5), kill(leaderOf(orders)), { lasting: seconds(12) }),
  duration: seconds(21),
  checkers: [],
  expects: [{ outcome: 'failed', atLeast: 1 }],
  tags: ['control', 'nightly']
})
