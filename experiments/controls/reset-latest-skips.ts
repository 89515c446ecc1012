/**
 * The only consumer is away for longer than records are kept, and its group resets to `latest`, Java's default: it jumps to the end of the log, over
 * everything that the log still has. With `earliest` nothing is passed over, see `retention-outage`.
 */
import { brokers, configure, expiredUnread, experiment, groupReads, leave, numberedWrites, oneConsumer, provenBy, seconds, together, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2, config: { 'segment.bytes': '1048576' } })

export default experiment({
  claim: 'A group that resets to latest passes over records that the log still has, once what it had not read yet has expired.',
  cluster: brokers(3, { config: { 'log.retention.check.interval.ms': '1000', 'log.initial.task.delay.ms': '1000' } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', reset: 'latest' })
  ],
  nemesis: together(
    { after: seconds(4), fault: provenBy(leave(oneConsumer()), expiredUnread(orders, 'billing')), lasting: seconds(22) },
    { after: seconds(5), fault: configure(orders, { 'retention.ms': '3000' }), lasting: seconds(16) }
  ),
  duration: seconds(34),
  checkers: [],
  expects: [
    { anomaly: 'skipped', group: 'billing', level: 'violation', atLeast: 1000, among: 'any' },
    { anomaly: 'commit-ahead', group: 'billing', level: 'violation', atLeast: 0, among: 'any' }
  ],
  tags: ['control', 'nightly']
})
