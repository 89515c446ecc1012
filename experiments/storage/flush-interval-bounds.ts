/**
 * With a scheduler that looks every 200 ms, a record is on the disk at most 600 ms and a flush after it was written. What a power cut
 * takes must have been sent or acknowledged within the last second before it: that is what `among: 'hit'` demands. By default the scheduler
 * begins to look 30 s after a broker has started (`log.initial.task.delay.ms`); here it begins at once, so that the run need not wait for it.
 */
import { allBrokers, brokers, experiment, numberedWrites, once, powerCut, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2, config: { 'flush.ms': '400' } })

export default experiment({
  claim: 'flush.ms with a scheduler as frequent, once it has begun to look, bounds what a power cut of all brokers loses to the last second.',
  cluster: brokers(3, { disks: { megabytes: 256 }, config: { 'log.flush.scheduler.interval.ms': '200', 'log.initial.task.delay.ms': '200' } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 2000 }),
  nemesis: once(seconds(10), powerCut(allBrokers()), { lasting: seconds(18) }),
  duration: seconds(36),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' }],
  tags: ['nightly']
})
