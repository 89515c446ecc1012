/** What is on all disks before it is acknowledged survives when the power of all brokers goes at once. */
import { allBrokers, brokers, experiment, noDuplicates, noLostWrites, noReordering, numberedWrites, once, powerCut, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2, config: { 'flush.messages': '1' } })

export default experiment({
  claim: 'With flush.messages=1, a power cut of all brokers loses no acknowledged record.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 2500 }),
  nemesis: once(seconds(10), powerCut(allBrokers()), { lasting: seconds(18) }),
  duration: seconds(36),
  checkers: [noLostWrites, noDuplicates, noReordering],
  tags: ['nightly']
})
