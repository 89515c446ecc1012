/** Records go to another task, and the library commits by its own clock: what waited for that task when the process died is passed over. */
import { brokers, every, experiment, groupReads, killClient, microseconds, milliseconds, numberedWrites, oneConsumer, seconds, topic } from '../../harness/index.ts'

// The group's only member can work on 660 records a second and gets 450. What it missed while it was dead keeps it busy for 20 s: when it dies again, 500
// wait for it, which is more than it does between two commits. With several, a death would rebalance the others, and they would drop what waits.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that commits automatically what it has handed on to another task skips records when a consumer is killed.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 450, maxInFlight: 1 }),
    groupReads({
      from: orders, group: 'billing', members: 1, commits: 'automatic', autoCommitInterval: milliseconds(250), work: 'handed-on', workPerRecord: microseconds(1500)
    })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer()), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [],
  expects: [{ anomaly: 'skipped', level: 'permitted', atLeast: 1, among: 'killed' }],
  tags: ['control', 'nightly']
})
