/**
 * The only consumer is away for longer than records are kept: the log's beginning passes what it has committed. It begins again at the
 * oldest record that is left. What expired is nobody's loss: it was kept as long as the topic promised, and the judgement tells it apart.
 */
import {
  brokers, configure, expiredUnread, experiment, groupReads, leave, noCorruption, noLostWrites, noReordering, noSkippedRecords, numberedWrites,
  oneConsumer, provenBy, seconds, together, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2, config: { 'segment.bytes': '1048576' } })

export default experiment({
  claim: 'What expires while its reader is away is not lost: every acknowledged record that the log still keeps is there, and is read.',
  cluster: brokers(3, { config: { 'log.retention.check.interval.ms': '1000', 'log.initial.task.delay.ms': '1000' } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' })
  ],
  nemesis: together(
    { after: seconds(4), fault: provenBy(leave(oneConsumer()), expiredUnread(orders, 'billing')), lasting: seconds(22) },
    { after: seconds(5), fault: configure(orders, { 'retention.ms': '3000' }), lasting: seconds(20) }
  ),
  duration: seconds(34),
  checkers: [noLostWrites, noReordering, noSkippedRecords, noCorruption],
  tags: ['nightly']
})
