/** Fire and forget: an application that goes on after a failed send as if it were written believes in records that are nowhere. */
import { brokers, experiment, kill, leaderOf, numberedWrites, once, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'An application that ignores the error of a send loses records that no broker ever acknowledged.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', idempotent: false, retries: 0, onError: 'believe', producers: 4, recordsPerSecond: 2000 }),
  nemesis: once(seconds(5), kill(leaderOf(orders)), { lasting: seconds(12) }),
  duration: seconds(21),
  checkers: [],
  expects: [{ anomaly: 'unfounded', level: 'information', atLeast: 1, among: 'hit' }],
  tags: ['control', 'nightly']
})
