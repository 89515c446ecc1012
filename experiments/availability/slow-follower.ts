/**
 * A follower gets its leader's records late, and then in a trickle. It stays in sync, and with acks=all everybody waits for it: that is
 * seen in the time that sends take while the faults last, and in nothing else.
 */
import {
  bandwidth, brokers, experiment, groupReads, latency, milliseconds, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites,
  oneFollowerLinkOf, recoversWithin, seconds, sequence, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A slow follower costs latency, and no record.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: sequence(
    { after: seconds(6), fault: latency(oneFollowerLinkOf(orders), { of: milliseconds(150), jitter: milliseconds(50) }), lasting: seconds(10) },
    { after: seconds(6), fault: bandwidth(oneFollowerLinkOf(orders), { kilobytesPerSecond: 20 }), lasting: seconds(10) }
  ),
  duration: seconds(38),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(20))],
  tags: ['nightly']
})
