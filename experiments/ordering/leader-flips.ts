/**
 * Leadership is moved to another replica and back, again and again, while records flow and nothing fails: each move sends the clients looking for
 * the new leader.
 */
import {
  brokers, every, experiment, groupReads, moveLeader, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, recoversWithin,
  seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Idempotent producers stay in order, without loss and without copies, while leadership is moved from broker to broker.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' })
  ],
  nemesis: every(seconds(5), moveLeader(orders), { lasting: seconds(2) }),
  duration: seconds(27),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(20))],
  tags: ['nightly']
})
