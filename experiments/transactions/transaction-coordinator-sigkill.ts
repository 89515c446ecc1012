/**
 * The broker that decides on transactions dies while producers wait for it to end theirs: what it had begun to commit, another has to finish,
 * and what it had not, nobody may see.
 */
import {
  brokers, every, experiment, groupReads, kill, noDuplicates, noLostWrites, noSkippedRecords, numberedWrites, seconds, topic, transactionCoordinator, wholeTransactions
} from '../../harness/index.ts'

// Few records for each commit, and six producers flat out, so that some wait for an end at any moment.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Each transaction is whole or not at all, and none stays open, though the coordinator dies while transactions are being ended.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 6, transactions: { records: 30 } }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work', isolation: 'read_committed' })
  ],
  nemesis: every(seconds(18), kill(transactionCoordinator(), { inMidCommit: true }), { lasting: seconds(10) }),
  duration: seconds(46),
  checkers: [wholeTransactions, noLostWrites, noDuplicates, noSkippedRecords],
  tags: ['nightly']
})
