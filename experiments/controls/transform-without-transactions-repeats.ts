/** What was written before a death, and not committed by then, is made once more by whoever takes over. */
import {
  brokers, every, experiment, groupTransforms, killClient, microseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const invoices = topic('invoices', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Without transactions, a group that writes and then commits makes some records twice when its members are killed.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 180 }),
    groupTransforms({ from: orders, to: invoices, group: 'invoicing', members: 3, transactionalIds: 'none', workPerRecord: microseconds(8000), sessionTimeout: seconds(3) })
  ],
  nemesis: every(seconds(10), killClient(oneConsumer(), { inMidWork: true }), { lasting: seconds(5) }),
  duration: seconds(46),
  checkers: [noLostWrites, noSkippedRecords],
  expects: [{ anomaly: 'effect-repeated', level: 'permitted', atLeast: 1, among: 'redelivered' }],
  tags: ['control', 'nightly']
})
