/**
 * Unclean election on: when the last replica in sync dies, Kafka itself elects one that was left behind, and asks nobody. Writes go on, at
 * offsets that had been given to other records, which are gone. Also what is sent when all has healed takes such offsets.
 */
import { brokers, cut, experiment, followerLinksOf, kill, lastInSync, numberedWrites, seconds, together, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 1, config: { 'unclean.leader.election.enable': 'true' } })

export default experiment({
  claim: 'With unclean election on, the death of the last replica in sync loses acknowledged records, and their offsets are given to others.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000', 'broker.session.timeout.ms': '6000' } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
  nemesis: together(
    { after: seconds(4), fault: cut(followerLinksOf(orders)), lasting: seconds(22) },
    { after: seconds(15), fault: kill(lastInSync(orders)), lasting: seconds(14) }
  ),
  duration: seconds(36),
  checkers: [],
  expects: [
    { anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' },
    { anomaly: 'offset-conflict', level: 'permitted', atLeast: 1, among: 'any' }
  ],
  tags: ['control', 'nightly']
})
