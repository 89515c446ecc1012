/**
 * An idempotent producer has five sends under way, and acknowledgements are lost. kafkajs 2.2.4 gives the sequence numbers of a request
 * back that had no answer (`producer/eosManager`), and another send takes them: where the request had been written, the broker holds that
 * one for its repetition and acknowledges it unwritten, at the offset where the first one stands; and that is written once more, under other numbers (issue 1005). The
 * broker does as it should. One send at a time guards an application against it, as p2 does here.
 */
import { brokers, dropResponses, experiment, linkToLeaderOf, noDuplicates, noLostWrites, numberedWrites, seconds, sequence, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

const unanswered = dropResponses(linkToLeaderOf(orders, { role: 'producer' }))

export default experiment({
  claim: 'kafkajs 2.2.4 loses acknowledged records of an idempotent producer with several sends at once when an answer is lost.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 1500, batchRecords: 30, maxInFlight: 5, usage: 'concurrent' }),
    numberedWrites({ to: orders, acks: 'all', producers: 1, firstProducer: 2, recordsPerSecond: 600 })
  ],
  nemesis: sequence(
    { after: seconds(10), fault: unanswered, lasting: seconds(3) },
    { after: seconds(7), fault: unanswered, lasting: seconds(3) },
    { after: seconds(7), fault: unanswered, lasting: seconds(3) }
  ),
  duration: seconds(36),
  checkers: [noLostWrites, noDuplicates],
  expects: [
    { client: 'kafkajs', anomaly: 'lost', producers: [1], level: 'violation', atLeast: 1, among: 'hit' },
    { client: 'kafkajs', anomaly: 'duplicated', producers: [1], level: 'violation', atLeast: 1, among: 'hit' },
    { client: 'kafkajs', anomaly: 'offset-conflict', producers: [1], level: 'violation', atLeast: 1, among: 'any' },
    { client: 'kafkajs', anomaly: 'reordered', producers: [1], level: 'violation', atLeast: 0, among: 'any' }
  ],
  tags: ['control', 'nightly']
})
