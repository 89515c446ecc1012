/** The setting of `acks1-loses`, with the opposite claim and a load that would last for minutes: a run that ends at its first certain loss. */
import { brokers, experiment, followerLinksOf, kill, leaderOf, minutes, noLostWrites, numberedWrites, seconds, stall, together, topic } from '../../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'acks=1 loses nothing.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: '1', idempotent: false, producers: 3, recordsPerSecond: 3000 }),
  nemesis: together(
    { after: seconds(8), fault: stall(followerLinksOf(orders)), lasting: seconds(15) },
    { after: seconds(11), fault: kill(leaderOf(orders)), lasting: seconds(14) }
  ),
  duration: minutes(3),
  checkers: [noLostWrites]
})
