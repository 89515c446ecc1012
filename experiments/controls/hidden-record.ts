/** The harness hides acknowledged records from its own audit. A verifier that does not miss exactly those could not see a real loss. */
import { brokers, experiment, groupReads, numberedWrites, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'The verifier misses exactly the acknowledged records that are hidden from it.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 400 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  duration: seconds(21),
  checkers: [],
  hidden: 3,
  expects: [{ anomaly: 'lost', level: 'violation', atLeast: 3, among: 'hidden' }],
  tags: ['control', 'nightly']
})
