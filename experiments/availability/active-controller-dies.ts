/** The active controller dies, again and again. It leads no partition of a client's: while the others elect one of them, records flow. */
import {
  brokers, controller, every, experiment, groupReads, kill, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, recoversWithin,
  seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'The death of an active controller that is no broker costs clients nothing.',
  cluster: brokers(3, { controllers: 3 }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: every(seconds(11), kill(controller()), { lasting: seconds(5) }),
  duration: seconds(30),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(3))],
  tags: ['nightly']
})
