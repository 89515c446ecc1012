/**
 * Three groups read the same records. The members of one wait for the answer to each commit, those of another for none, and those of the
 * third for the last of each fetched batch, as Kafka's own documentation combines them. Half of them are killed in the middle of their work,
 * and the answers to their commits are lost: what comes again differs, and is told by group; nothing is passed over.
 */
import {
  brokers, consumers, dropResponses, experiment, groupReads, killClient, linksOfRole, microseconds, milliseconds, noLostWrites, noSkippedRecords, numberedWrites, seconds,
  sequence, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 2, replicas: 3, minInsyncReplicas: 2 })
// A death lasts longer than a session (3 s), so that the others must notice it before the dead one is back.
const reading = { from: orders, members: 2, commits: 'after-work', workPerRecord: microseconds(2500), commitEvery: 20, sessionTimeout: seconds(3) } as const

export default experiment({
  claim: 'A group passes over nothing, whether it waits for the answer to each commit, to none, or to the last of a batch, when members are killed and answers are lost.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 300 }),
    groupReads({ ...reading, group: 'waits', commitCalls: 'sync' }),
    groupReads({ ...reading, group: 'goes-on', commitCalls: 'async', firstMember: 3 }),
    groupReads({ ...reading, group: 'waits-at-the-end', commitCalls: 'combined', firstMember: 5 })
  ],
  nemesis: sequence(
    { after: seconds(6), fault: killClient(consumers(3), { inMidWork: true }), lasting: seconds(6) },
    { after: seconds(6), fault: dropResponses(linksOfRole('consumer')), lasting: milliseconds(1500) },
    { after: seconds(6), fault: killClient(consumers(3), { inMidWork: true }), lasting: seconds(6) },
    { after: seconds(6), fault: dropResponses(linksOfRole('consumer')), lasting: milliseconds(1500) }
  ),
  duration: seconds(52),
  checkers: [noLostWrites, noSkippedRecords],
  tags: ['nightly']
})
