/**
 * Leadership is moved while an application sends to all partitions in each call. kafkajs 2.2.4 keeps the answers of one call by broker
 * (`producer/sendMessages.js`): the records for the moved partition are refused, and if its new leader has answered for another partition
 * already, the repetition sends it nothing, and the call succeeds (issue 1303). An application is safe that sends to one partition in
 * each call, as p3 does here.
 *
 * Two things may come with it. A refused request had perhaps been written; its sequence numbers are given back all the same, and the next
 * call's records, under the same numbers, are acknowledged as its repetition: two records for one offset. And a broker that answers only
 * after the repetition has begun is sent the same records twice, under two sequences of numbers.
 */
import { brokers, every, experiment, moveLeader, noDuplicates, noLostWrites, numberedWrites, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'kafkajs 2.2.4 loses acknowledged records of a send across partitions of which one gets another leader.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 2, recordsPerSecond: 600, batchRecords: 30, retries: 8, usage: 'across-partitions' }),
    numberedWrites({ to: orders, acks: 'all', producers: 1, firstProducer: 3, recordsPerSecond: 600 })
  ],
  nemesis: every(seconds(4), moveLeader(orders), { lasting: seconds(2) }),
  duration: seconds(20),
  checkers: [noLostWrites, noDuplicates],
  expects: [
    { client: 'kafkajs', anomaly: 'lost', producers: [1, 2], level: 'violation', atLeast: 1, among: 'hit' },
    { client: 'kafkajs', anomaly: 'offset-conflict', producers: [1, 2], level: 'violation', atLeast: 0, among: 'any' },
    { client: 'kafkajs', anomaly: 'duplicated', producers: [1, 2], level: 'violation', atLeast: 0, among: 'any' }
  ],
  tags: ['control', 'nightly']
})
