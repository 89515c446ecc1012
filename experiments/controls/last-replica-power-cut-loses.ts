/**
 * The same faults as in `last-replica-power-cut`, without eligible leader replicas: a replica that is in the ISR leads when it comes back,
 * whatever it has lost, and those that come back after it cut off what it lacks. No setting of the topic permits that, so what is lost is a
 * violation of what acks=all and min ISR 2 promise: it is what KIP-966 was made for. Payments, flushed one by one, must all be there in the
 * same run.
 */
import { brokers, experiment, followersOf, lastInSync, numberedWrites, powerCut, seconds, stop, together, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })
const payments = topic('payments', { partitions: 1, replicas: 3, minInsyncReplicas: 2, config: { 'flush.messages': '1' } })

export default experiment({
  claim: 'Without eligible leader replicas, a power cut of the last replica in sync loses records that stopped replicas still have.',
  cluster: brokers(3, { controllers: 1, disks: { megabytes: 256 }, features: { 'eligible.leader.replicas.version': 0 } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 5, recordsPerSecond: 1500 }),
    numberedWrites({ to: payments, acks: 'all', producers: 2, recordsPerSecond: 1000, firstProducer: 6 })
  ],
  nemesis: together(
    { after: seconds(6), fault: stop(followersOf(orders)), lasting: seconds(22) },
    { after: seconds(12), fault: powerCut(lastInSync(orders)), lasting: seconds(5) }
  ),
  duration: seconds(44),
  checkers: [],
  expects: [
    { anomaly: 'lost', level: 'violation', atLeast: 1, among: 'any', topic: 'orders' },
    { anomaly: 'offset-conflict', level: 'violation', atLeast: 1, among: 'any', topic: 'orders' },
    { anomaly: 'stale-order', level: 'violation', atLeast: 1, among: 'any', topic: 'orders' }
  ],
  tags: ['control', 'nightly']
})
