/** One record that a group cannot process, and nobody said what then: it is tried again without end, and all behind it in its partition waits. */
import { brokers, experiment, groupReads, insertOnce, noLostWrites, numberedWrites, seconds, topic } from '../../harness/index.ts'

// One record in 6,000 is one or two in the whole run: their partitions stop, and the others go on.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Without a dead-letter topic the first record that a group cannot process stops a whole partition.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 450, maxInFlight: 1, poison: { every: 6000 } }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', commitEvery: 100, effect: insertOnce(), onPoison: 'stop' })
  ],
  duration: seconds(26),
  checkers: [noLostWrites],
  expects: [
    { anomaly: 'effect-missing', level: 'violation', atLeast: 1, among: 'failed' },
    { anomaly: 'undelivered', level: 'liveness', atLeast: 100, group: 'billing', among: 'behind-failed' }
  ],
  tags: ['control', 'nightly']
})
