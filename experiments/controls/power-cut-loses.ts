/**
 * Kafka acknowledges what its brokers have in memory and leaves the writing to the system, which takes its time. The power of all
 * brokers goes at once: no replica is left that has the orders. Payments, flushed one by one, must all be there in the same run: a
 * payment that is lost is a violation, which this control does not expect.
 */
import { allBrokers, brokers, experiment, numberedWrites, once, powerCut, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })
const payments = topic('payments', { partitions: 2, replicas: 3, minInsyncReplicas: 2, config: { 'flush.messages': '1' } })

export default experiment({
  claim: 'A power cut of all brokers loses acknowledged records with default flushing, whatever acks and min ISR say, and none with flush.messages=1.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 2000 }),
    numberedWrites({ to: payments, acks: 'all', producers: 2, recordsPerSecond: 1000, firstProducer: 4 })
  ],
  nemesis: once(seconds(10), powerCut(allBrokers()), { lasting: seconds(18) }),
  duration: seconds(36),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'any', topic: 'orders' }],
  tags: ['control', 'nightly']
})
