/** A group that commits before its work promises at most once: what a killed consumer had committed and not done is passed over. */
import { brokers, every, experiment, groupReads, killClient, microseconds, numberedWrites, oneConsumer, seconds, topic } from '../../harness/index.ts'

// A member can work on 333 records a second and gets 300: it is busy nine tenths of the time. A death lasts longer than a session
// (6 s), so that the others must notice it before the dead one is back.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that commits before its work skips records when a consumer is killed.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 300 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'before-work', workPerRecord: microseconds(3000), commitEvery: 100 })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer()), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [],
  expects: [{ anomaly: 'skipped', level: 'permitted', atLeast: 1, among: 'killed' }],
  tags: ['control', 'nightly']
})
