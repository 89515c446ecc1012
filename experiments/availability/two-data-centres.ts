/**
 * Brokers 1 and 2 in one data centre and broker 3 in another, 80 ms away and back; then the line between them fails. The larger part
 * must go on, and the smaller one must acknowledge nothing that is lost, though clients still reach it.
 */
import {
  brokers, cut, experiment, groupReads, latency, milliseconds, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, partition,
  recoversWithin, seconds, together, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const line = partition([1, 2], [3])

export default experiment({
  claim: 'When the line between two data centres fails, nothing is lost that the smaller or the larger one acknowledged.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: together(
    { after: seconds(5), fault: latency(line, { of: milliseconds(40) }), lasting: seconds(35) },
    { after: seconds(13), fault: cut(line), lasting: seconds(15) }
  ),
  duration: seconds(44),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(40))],
  tags: ['nightly']
})
