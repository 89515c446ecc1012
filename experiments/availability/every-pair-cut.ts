/**
 * Two brokers of three cannot reach each other, while both reach the third: first one pair, then the next, until each has had its turn.
 * Nobody is in a minority, and yet followers cannot fetch from their leaders, or a broker not reach the active controller.
 */
import {
  brokers, cut, experiment, groupReads, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, partition, recoversWithin, seconds,
  sequence, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'When any two of three brokers cannot reach each other, no acknowledged record is lost.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000' } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: sequence(
    { after: seconds(4), fault: cut(partition([1], [2])), lasting: seconds(13) },
    { after: seconds(4), fault: cut(partition([1], [3])), lasting: seconds(13) },
    { after: seconds(4), fault: cut(partition([2], [3])), lasting: seconds(13) }
  ),
  duration: seconds(58),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(40))],
  tags: ['nightly']
})
