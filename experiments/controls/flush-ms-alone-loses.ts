/**
 * `flush.ms` says after how long a record must be on the disk, and a scheduler looks whether it is. By default the scheduler never comes
 * round (`log.flush.scheduler.interval.ms` is the largest number there is), so that the setting does nothing. It takes at least four seconds
 * to send the 12,000 records that must be gone: ten times what it seems to promise. Payments, flushed one by one, must all be there in the same run.
 */
import { allBrokers, brokers, experiment, numberedWrites, once, powerCut, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2, config: { 'flush.ms': '400' } })
const payments = topic('payments', { partitions: 2, replicas: 3, minInsyncReplicas: 2, config: { 'flush.messages': '1' } })

export default experiment({
  claim: 'flush.ms alone flushes nothing: a power cut of all brokers loses far more than its interval.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 1000 }),
    numberedWrites({ to: payments, acks: 'all', producers: 2, recordsPerSecond: 500, firstProducer: 4 })
  ],
  nemesis: once(seconds(10), powerCut(allBrokers()), { lasting: seconds(18) }),
  duration: seconds(36),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 12_000, among: 'any', topic: 'orders' }],
  tags: ['control', 'nightly']
})
