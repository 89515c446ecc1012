/** Each broker reaches only the next one, and is reached only by the one before: nobody can both fetch from a leader and be fetched from by it. */
import {
  brokers, cut, experiment, groupReads, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once, recoversWithin, ring, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Brokers that reach each other only in a ring acknowledge nothing that is lost when the network is whole again.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000' } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: once(seconds(4), cut(ring()), { lasting: seconds(15) }),
  duration: seconds(26),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(40))],
  tags: ['nightly']
})
