/** A control that has to lose and cannot: acks=1, and no fault at all. It must be refuted, or a control would prove nothing. */
import { brokers, experiment, numberedWrites, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders')

export default experiment({
  claim: 'acks=1 loses records even when nothing happens.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: '1', idempotent: false, producers: 2, recordsPerSecond: 500 }),
  duration: seconds(5),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'any' }]
})
