/** A group that commits before its work promises at most once: what a killed consumer had committed and not done is passed over. */
import { brokers, every, experiment, groupReads, killClient, microseconds, numberedWrites, oneConsumer, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that commits before its work skips records when a consumer is killed.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 300 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'before-work', workPerRecord: microseconds(2000) })
  ],
  nemesis: every(seconds(8), killClient(oneConsumer()), { lasting: seconds(3) }),
  duration: seconds(26),
  checkers: [],
  expects: [{ anomaly: 'skipped', level: 'permitted', atLeast: 1, among: 'any' }],
  tags: ['control', 'nightly']
})
