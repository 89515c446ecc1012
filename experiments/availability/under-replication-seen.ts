/**
 * A follower cannot fetch from its leader. The leader looks every half of `replica.lag.time.max.ms` for followers that have been behind for that
 * long (both lowered here: 5 s instead of 30 s), so that partitions count as under-replicated after one and a half times as long at the most: here
 * 7.5 s, and 1.5 s more for the controller and for who asks. After the healing the follower first gives up the request that was swallowed
 * (`replica.socket.timeout.ms`, lowered from 30 s).
 */
import {
  brokers, cut, experiment, groupReads, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once, oneFollowerLinkOf, seconds, topic,
  underReplicationSeen
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const cutOff = cut(oneFollowerLinkOf(orders))

export default experiment({
  claim: 'When a follower is cut off from its leader, monitoring that asks every 15 s sees under-replicated partitions within 24 s, and no more of them within 24 s of the end of the healing.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000', 'replica.socket.timeout.ms': '5000' } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 400 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: once(seconds(5), cutOff, { lasting: seconds(25) }),
  duration: seconds(52),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, underReplicationSeen(orders, { by: cutOff, within: seconds(24), scrapedEvery: seconds(15) })],
  tags: ['nightly']
})
