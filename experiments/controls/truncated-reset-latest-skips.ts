/**
 * An unclean election cuts the log off below what a group has read while its consumer is away. It comes back before the log is as long as it was: its
 * position is out of range, and the group, which resets to `latest`, jumps over all that has been written since. How much that is, the judgement
 * counts. The configuration permits it, as it permits the loss.
 */
import {
  brokers, cut, experiment, followerLinksOf, groupReads, kill, lastInSync, leave, ledAgain, numberedWrites, oneConsumer, provenBy, seconds, together,
  topic
} from '../../harness/index.ts'

// Producers give up what they had sent to the dead leader after 30 s: the group is away until they have written for some seconds again, but fewer
// records than were lost.
const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 1, config: { 'unclean.leader.election.enable': 'true' } })

export default experiment({
  claim: 'After an unclean election a group that resets to latest passes over acknowledged records that the log has.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000', 'broker.session.timeout.ms': '6000' } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 500, batchRecords: 50 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', reset: 'latest' })
  ],
  nemesis: together(
    { after: seconds(4), fault: cut(followerLinksOf(orders)), lasting: seconds(27) },
    { after: seconds(20), fault: provenBy(leave(oneConsumer()), ledAgain(orders)), lasting: seconds(40) },
    { after: seconds(22), fault: kill(lastInSync(orders)), lasting: seconds(26) }
  ),
  duration: seconds(92),
  checkers: [],
  expects: [
    { anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' },
    { anomaly: 'offset-conflict', level: 'permitted', atLeast: 1, among: 'any' },
    { anomaly: 'skipped', group: 'billing', level: 'permitted', atLeast: 1, among: 'any' }
  ],
  tags: ['control', 'nightly']
})
