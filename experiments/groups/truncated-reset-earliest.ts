/**
 * An unclean election cuts the log off below what a group has read while its consumer is away. It comes back before the log is as long as it was: its
 * position is out of range, and the group, which resets to `earliest`, reads once more all that is in the log, with what was written since. What was
 * lost stays lost, but nothing that is there is passed over.
 */
import {
  brokers, cut, experiment, followerLinksOf, groupReads, kill, lastInSync, leave, ledAgain, noSkippedRecords, numberedWrites, oneMemberOfEach, provenBy, seconds, together,
  topic
} from '../../harness/index.ts'

// The group has read some 100,000 records when its consumer leaves, and the log is cut off where its leader stood alone, at some 10,000. Producers give
// up what they had sent to the dead leader after 30 s at the most; what they write until the consumer is back is far from 100,000. The payments, on
// which no election is unclean, go on.
const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 1, config: { 'unclean.leader.election.enable': 'true' } })
const payments = topic('payments', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const reading = groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', reset: 'earliest' })

export default experiment({
  claim: 'After an unclean election a group that resets to earliest is delivered everything that the log has.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000', 'broker.session.timeout.ms': '6000' } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 400, batchRecords: 40 }),
    reading,
    numberedWrites({ to: payments, acks: 'all', producers: 1, firstProducer: 5, recordsPerSecond: 100 }),
    groupReads({ from: payments, group: 'paying', members: 1, firstMember: 2, commits: 'after-work' })
  ],
  nemesis: together(
    { after: seconds(4), fault: cut(followerLinksOf(orders)), lasting: seconds(63) },
    { after: seconds(56), fault: provenBy(leave(oneMemberOfEach(reading)), ledAgain(orders)), lasting: seconds(45) },
    { after: seconds(58), fault: kill(lastInSync(orders)), lasting: seconds(26) }
  ),
  duration: seconds(112),
  checkers: [noSkippedRecords],
  expects: [
    { anomaly: 'lost', topic: 'orders', level: 'permitted', atLeast: 1, among: 'hit' },
    { anomaly: 'offset-conflict', topic: 'orders', level: 'permitted', atLeast: 1, among: 'any' },
    { anomaly: 'redelivered', group: 'billing', level: 'information', atLeast: 1000, among: 'any' }
  ],
  tags: ['nightly']
})
