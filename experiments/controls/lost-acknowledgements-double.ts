/** The responses to a producer are swallowed: it does not know that its records were written, sends them again, and they are there twice. */
import { brokers, dropResponses, every, experiment, groupReads, linkToLeaderOf, milliseconds, numberedWrites, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Without idempotence, a lost acknowledgement makes a second copy of a record.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', idempotent: false, producers: 4, recordsPerSecond: 2000 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' })
  ],
  nemesis: every(seconds(5), dropResponses(linkToLeaderOf(orders, { role: 'producer' })), { lasting: milliseconds(1500) }),
  duration: seconds(24),
  checkers: [],
  expects: [{ anomaly: 'duplicated', level: 'permitted', atLeast: 1, among: 'hit' }],
  tags: ['control', 'nightly']
})
