/**
 * The broker that decides on a transaction dies while a producer waits for it to commit one. Replication from it stands still before, so that
 * it has the commit in its log, nobody else has, and the producer has no answer: another coordinator must bring it to one end. Each producer with
 * transactions has a topic to itself, so that no two that a death aborts overlap in a partition: kafkajs 2.2.4 would mistake records of them
 * for committed ones, which `overlapping-aborts-delivered` shows.
 */
import {
  brokers, experiment, groupReads, kill, noDuplicates, noLostWrites, noSkippedRecords, numberedWrites, peerLinksOf, seconds, stall, together, topic,
  transactionCoordinator, wholeTransactions
} from '../../harness/index.ts'

// A transaction is open for most of a cycle, so that what it asks for next, when replication stands still, is its end. Others write without
// transactions beside it. The death lasts longer than it takes to elect other leaders (9 to 12 s).
const plan = { partitions: 1, replicas: 3, minInsyncReplicas: 2 }
const transactions = { records: 300, openFor: seconds(3) }
const orders = topic('orders', plan)
const payments = topic('payments', plan)
const ofOrders = numberedWrites({ to: orders, acks: 'all', producers: 1, transactions })
const coordinator = transactionCoordinator({ of: ofOrders })

export default experiment({
  claim: 'Each transaction is whole or not at all, and none stays open, though the coordinator dies while one is being committed.',
  cluster: brokers(3),
  workload: [
    ofOrders,
    numberedWrites({ to: orders, acks: 'all', producers: 1, firstProducer: 2, recordsPerSecond: 300 }),
    numberedWrites({ to: payments, acks: 'all', producers: 1, firstProducer: 3, transactions }),
    numberedWrites({ to: payments, acks: 'all', producers: 1, firstProducer: 4, recordsPerSecond: 300 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', isolation: 'read_committed' }),
    groupReads({ from: payments, group: 'accounting', members: 1, commits: 'after-work', isolation: 'read_committed' })
  ],
  nemesis: together(
    { after: seconds(8), fault: stall(peerLinksOf(coordinator, { way: 'in', plane: 'data' })), lasting: seconds(16) },
    { after: seconds(12), fault: kill(coordinator, { inMidCommit: true }), lasting: seconds(15) }
  ),
  duration: seconds(40),
  checkers: [wholeTransactions, noLostWrites, noDuplicates, noSkippedRecords],
  tags: ['nightly']
})
