/** The broker that keeps a group's commits dies: whoever keeps the group then has all that it had acknowledged. */
import {
  brokers, coordinatorOf, experiment, groupReads, kill, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, once, seconds, topic
} from '../../harness/index.ts'

// A member can work on some 160 records a second and gets 150, so that there is work when the coordinator dies. Nobody notices a broker's death for
// 9 s; it lasts longer, so that there is time for another coordinator and other leaders.
const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group passes over nothing, and resumes where it had committed, when its coordinator is killed.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 2, recordsPerSecond: 225 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: milliseconds(6), commitEvery: 100 })
  ],
  nemesis: once(seconds(12), kill(coordinatorOf('billing')), { lasting: seconds(18) }),
  duration: seconds(44),
  checkers: [noLostWrites, noSkippedRecords],
  tags: ['nightly']
})
