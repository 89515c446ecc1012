/**
 * The control of static-member-returns: without a `group.instance.id` the process that takes a killed one's place is a new member, and
 * the group shares its partitions out again: the others give up theirs. It waits for the dead one's session to end first.
 */
import {
  brokers, every, experiment, groupReads, killClient, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 6, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A dynamic member that is killed, and back after a moment, has the other members rebalanced.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', commitEvery: 100 })
  ],
  nemesis: every(seconds(18), killClient(oneConsumer()), { lasting: seconds(4) }),
  duration: seconds(54),
  checkers: [noLostWrites, noSkippedRecords],
  expects: [{ outcome: 'others-moved', atLeast: 1 }],
  client: 'platformatic',
  tags: ['nightly']
})
