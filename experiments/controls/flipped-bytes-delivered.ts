/**
 * A disk flips a bit in what followers hold. They do not look at what they have written, so that nobody knows until one of them leads and
 * is read from. A client that compares each batch with its checksum refuses it then; kafkajs 2.2.4 compares nothing and delivers it. The consumer
 * stands still from before the flip until after the election, so that it has yet to read the batch.
 */
import { brokers, experiment, flipBytes, followersOf, freeze, groupReads, kill, leaderOf, numberedWrites, oneConsumer, seconds, together, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'Bytes that a disk flipped on the followers are delivered by kafkajs as if nothing were wrong, once a follower leads.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' })
  ],
  nemesis: together(
    { after: seconds(5), fault: freeze(oneConsumer()), lasting: seconds(15) },
    { after: seconds(7), fault: flipBytes(followersOf(orders), { of: orders }), lasting: seconds(22) },
    { after: seconds(8), fault: kill(leaderOf(orders)), lasting: seconds(14) }
  ),
  duration: seconds(34),
  checkers: [],
  expects: [{ anomaly: 'corrupted', level: 'violation', atLeast: 1, among: 'hit' }],
  tags: ['control', 'nightly']
})
