/** Invoices are made from orders, and those die one after the other who keep what has been made of which: none is made twice, or not at all. */
import {
  brokers, coordinatorOf, everyEffectOnce, experiment, groupTransforms, kill, leaderOf, microseconds, noLostWrites, noSkippedRecords, numberedWrites, seconds, sequence,
  topic, transactionCoordinator, wholeTransactions
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const invoices = topic('invoices', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
// A death lasts longer than it takes to elect other leaders (9 to 12 s), so that it meets work, too.
const lasting = seconds(18)

export default experiment({
  claim: 'Consuming, transforming and producing in one transaction makes exactly one record from each, though leaders and coordinators are killed.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 45 }),
    groupTransforms({ from: orders, to: invoices, group: 'invoicing', members: 3, workPerRecord: microseconds(2000) })
  ],
  nemesis: sequence(
    { after: seconds(5), fault: kill(transactionCoordinator()), lasting },
    { after: seconds(8), fault: kill(leaderOf(invoices)), lasting },
    { after: seconds(8), fault: kill(coordinatorOf('invoicing')), lasting }
  ),
  duration: seconds(86),
  checkers: [everyEffectOnce, wholeTransactions, noLostWrites, noSkippedRecords],
  tags: ['nightly']
})
