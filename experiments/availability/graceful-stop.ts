/** SIGTERM to the leader: a controlled shutdown hands its partitions over first, so that nobody waits for a session to end. */
import {
  brokers, experiment, groupReads, leaderOf, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, once,
  recoversWithin, seconds, stop, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A graceful stop of a leader is nearly free: nothing is lost or doubled, and no partition waits as long as for a dead one.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 3000 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work' })
  ],
  nemesis: once(seconds(6), stop(leaderOf(orders)), { lasting: seconds(8) }),
  duration: seconds(21),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(5))],
  tags: ['nightly']
})
