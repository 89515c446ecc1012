/**
 * Producers that die in the middle of transactions, beside one that writes without. Whoever takes over a transactional id aborts what
 * the dead had left open. Only what a death leaves behind is aborted here: kafkajs 2.2.4 mistakes aborted records for committed ones
 * where several aborted transactions overlap, which `overlapping-aborts-delivered` shows.
 */
import {
  brokers, every, experiment, groupReads, killClient, noDuplicates, noLostWrites, noSkippedRecords, numberedWrites, oneProducer, seconds, topic, wholeTransactions
} from '../../harness/index.ts'

// Flat out, and a send for each partition: nearly all of a producer's time is within a transaction, so that deaths are, too.
const orders = topic('orders', { partitions: 6, replicas: 3, minInsyncReplicas: 2 })
const inTransactions = numberedWrites({ to: orders, acks: 'all', producers: 2, transactions: { records: 150 } })

export default experiment({
  claim: 'A reader of committed records sees transactions whole or not at all, whenever their producer dies.',
  cluster: brokers(3),
  workload: [
    inTransactions,
    numberedWrites({ to: orders, acks: 'all', producers: 1, firstProducer: 3, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work', isolation: 'read_committed' })
  ],
  nemesis: every(seconds(6), killClient(oneProducer({ of: inTransactions }), { inMidWork: true }), { lasting: seconds(2) }),
  duration: seconds(24),
  checkers: [wholeTransactions, noLostWrites, noDuplicates, noSkippedRecords],
  tags: ['nightly']
})
