/** One machine loses its power, and with it what its broker had not flushed. The other replicas in sync have all of it. */
import { brokers, experiment, leaderOf, noDuplicates, noLostWrites, noReordering, numberedWrites, once, powerCut, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A power cut of one broker loses no acknowledged record while the other replicas are in sync.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 1500 }),
  nemesis: once(seconds(8), powerCut(leaderOf(orders)), { lasting: seconds(26) }),
  duration: seconds(42),
  checkers: [noLostWrites, noDuplicates, noReordering],
  tags: ['nightly']
})
