/**
 * A follower dies first, then the other one, then the leader, and they come back in that order: the first to come back has been away for
 * longest. It must not lead. Nor does the second, which lacks nothing that was acknowledged, but was killed: it may have lost what it had not
 * flushed, so that it is not eligible either when it comes back (ELR, KIP-966). The partition waits for its last leader.
 */
import {
  brokers, experiment, followerOf, kill, leaderless, leaderOf, noDuplicates, noLostWrites, noReordering, numberedWrites, provenBy, recoversWithin, seconds,
  together, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A broker that missed acknowledged records and comes back before those that have them does not lead, and nothing is lost.',
  cluster: brokers(3, { controllers: 3, config: { 'broker.session.timeout.ms': '6000' } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 2000 }),
  nemesis: together(
    { after: seconds(4), fault: kill(followerOf(orders)), lasting: seconds(20) },
    { after: seconds(13), fault: provenBy(kill(followerOf(orders)), leaderless(orders)), lasting: seconds(27) },
    { after: seconds(22), fault: kill(leaderOf(orders)), lasting: seconds(24) }
  ),
  duration: seconds(52),
  checkers: [noLostWrites, noDuplicates, noReordering, recoversWithin(seconds(60))],
  tags: ['nightly']
})
