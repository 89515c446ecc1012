/** A group that leaves out what it cannot process, and says so to nobody: its commits go on, and these records' effects are nowhere. */
import { brokers, experiment, groupReads, insertOnce, noLostWrites, noSkippedRecords, numberedWrites, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that skips records which it cannot process loses their effects.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 450, maxInFlight: 1, poison: { every: 100 } }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', commitEvery: 100, effect: insertOnce(), onPoison: 'skip' })
  ],
  duration: seconds(26),
  checkers: [noLostWrites, noSkippedRecords],
  expects: [{ anomaly: 'effect-missing', level: 'violation', atLeast: 1, among: 'failed' }],
  tags: ['control', 'nightly']
})
