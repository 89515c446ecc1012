/**
 * Producers cannot reach the leader for longer than they hold a record. Their buffer fills up: what finds no room in it never left, and is rejected.
 * What was in it expires, and may have been written all the same. Only a client with a buffer of its own can show it: Kafka's Java producer, and librdkafka.
 */
import { brokers, cut, experiment, linkToLeaderOf, noCorruption, noLostWrites, numberedWrites, once, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A producer whose buffer is full rejects only what never left it, and what expires in it is in doubt; nothing that was acknowledged is lost.',
  client: 'java',
  cluster: brokers(3),
  workload: numberedWrites({
    to: orders, acks: 'all', idempotent: false, producers: 2, recordsPerSecond: 500, batchRecords: 50, maxInFlight: 20,
    buffer: { records: 500, deliveryTimeout: seconds(5) }
  }),
  nemesis: once(seconds(6), cut(linkToLeaderOf(orders, { role: 'producer' })), { lasting: seconds(14) }),
  duration: seconds(28),
  checkers: [noLostWrites, noCorruption],
  expects: [{ outcome: 'rejected', atLeast: 1 }, { outcome: 'indeterminate', atLeast: 1 }],
  tags: ['nightly']
})
