/**
 * The broker that decides on transactions dies while producers wait for it to end theirs: what it had begun to commit, another has to finish,
 * and what it had not, nobody may see. Each producer has a topic to itself, so that no two transactions that a death aborts overlap in a
 * partition: kafkajs 2.2.4 would mistake records of them for committed ones, which `overlapping-aborts-delivered` shows.
 */
import {
  brokers, every, experiment, groupReads, kill, noDuplicates, noLostWrites, noSkippedRecords, numberedWrites, seconds, topic, transactionCoordinator, wholeTransactions
} from '../../harness/index.ts'

// One send and one commit, over and over: nearly half of a producer's time is waiting for an end, and each broker coordinates some of six. Others
// write without transactions beside them. A death lasts longer than it takes to elect other leaders (9 to 12 s).
const plan = { partitions: 1, replicas: 3, minInsyncReplicas: 2 }
const topics = ['orders', 'payments', 'shipments', 'returns', 'refunds', 'reminders'].map(name => topic(name, plan))

export default experiment({
  claim: 'Each transaction is whole or not at all, and none stays open, though the coordinator dies while transactions are being ended.',
  cluster: brokers(3),
  workload: [
    ...topics.flatMap((to, index) => [
      numberedWrites({ to, acks: 'all', producers: 1, firstProducer: 2 * index + 1, transactions: { records: 100 } }),
      numberedWrites({ to, acks: 'all', producers: 1, firstProducer: 2 * index + 2, recordsPerSecond: 200 })
    ]),
    ...topics.slice(0, 3).map(from => groupReads({ from, group: `readers-of-${from.name}`, members: 1, commits: 'after-work', isolation: 'read_committed' }))
  ],
  nemesis: every(seconds(20), kill(transactionCoordinator(), { inMidCommit: true }), { lasting: seconds(14) }),
  duration: seconds(76),
  checkers: [wholeTransactions, noLostWrites, noDuplicates, noSkippedRecords],
  tags: ['nightly']
})
