/**
 * With acks=1 the leader's memory is enough. While its followers cannot fetch, and before they leave the ISR (after
 * `replica.lag.time.max.ms`, 30 s), it acknowledges records that nobody else has; then it dies, and one of them leads.
 */
import { brokers, experiment, followerLinksOf, kill, leaderOf, numberedWrites, seconds, stall, together, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'acks=1 loses acknowledged records when the leader dies before its followers have fetched them.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: '1', idempotent: false, producers: 3, recordsPerSecond: 3000 }),
  nemesis: together(
    { after: seconds(8), fault: stall(followerLinksOf(orders)), lasting: seconds(15) },
    { after: seconds(11), fault: kill(leaderOf(orders)), lasting: seconds(14) }
  ),
  duration: seconds(27),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' }],
  tags: ['control', 'nightly']
})
