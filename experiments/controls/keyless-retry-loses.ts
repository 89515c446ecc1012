/**
 * Leadership is moved while an application leaves the partitions to its client. kafkajs 2.2.4 chooses one anew for each record when it
 * repeats a call (`producer/groupMessagesPerPartition.js`), and asks only the brokers that have not answered: what was written goes to
 * another partition once more, and what was refused goes to one that is not asked. Keys, or partitions, guard an application against it.
 * Six partitions, so that each broker leads two, and 50 records, so that the second choice is another one. (p3 names
 * its partitions: whether enough work met a fault is counted in those.)
 *
 * @platformatic/kafka repeats all that it sent to a broker, to the same partitions: that makes copies, too, which idempotence would remove.
 */
import { brokers, every, experiment, moveLeader, noLostWrites, numberedWrites, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 6, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'kafkajs 2.2.4 loses and doubles keyless records when one of their partitions gets another leader.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', idempotent: false, producers: 2, recordsPerSecond: 600, batchRecords: 50, usage: 'keyless' }),
    numberedWrites({ to: orders, acks: 'all', producers: 1, firstProducer: 3, recordsPerSecond: 1500 })
  ],
  nemesis: every(seconds(4), moveLeader(orders), { lasting: seconds(2) }),
  duration: seconds(20),
  checkers: [noLostWrites],
  // Leadership moves back when a fault heals, and a send after that is met as one under it is.
  expects: [
    { client: 'kafkajs', anomaly: 'lost', producers: [1, 2], level: 'violation', atLeast: 1, among: 'any' },
    { client: 'kafkajs', anomaly: 'duplicated', producers: [1, 2], level: 'permitted', atLeast: 1, among: 'any' }
  ],
  tags: ['control', 'nightly']
})
