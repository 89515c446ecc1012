/** All members of a group die, and nobody starts them again for a while: what the group has committed stands still while records are written. */
import {
  brokers, consumers, experiment, groupReads, killClient, lagSeen, noLostWrites, noSkippedRecords, numberedWrites, once, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const stopped = killClient(consumers(3))

export default experiment({
  claim: 'When all members of a group are gone, monitoring that asks every 15 s sees within 23 s that it is 2,000 records behind, and no longer within 23 s of the end of the healing, when the last of them has been started again.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 600, maxInFlight: 1 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', commitEvery: 100 })
  ],
  nemesis: once(seconds(8), stopped, { lasting: seconds(24) }),
  duration: seconds(84),
  checkers: [noLostWrites, noSkippedRecords, lagSeen('billing', { of: orders, records: 2000, by: stopped, within: seconds(23), scrapedEvery: seconds(15) })],
  tags: ['nightly']
})
