/**
 * Consumers leave and come back again and again, as in a rolling deployment without end. Two groups read the same records and lose a member at the
 * same moments: one of the protocol classic, in which all give up what they own at each rebalance, and one in which the coordinator takes only what
 * another is to have (KIP-848). What comes again, and how far each was behind, the report tells by group; neither passes over anything.
 */
import {
  brokers, every, experiment, groupReads, leave, noLostWrites, noSkippedRecords, numberedWrites, oneMemberOfEach, seconds, topic
} from '../../harness/index.ts'

// Away for longer than a heartbeat of KIP-848 takes to come (5 s), so that another has their partitions meanwhile.
const orders = topic('orders', { partitions: 6, replicas: 3, minInsyncReplicas: 2 })
const reading = { from: orders, members: 3, commits: 'after-work', commitEvery: 100 } as const
const eager = groupReads({ ...reading, group: 'eager' })
const incremental = groupReads({ ...reading, group: 'incremental', rebalanceProtocol: 'consumer', firstMember: 4 })

export default experiment({
  claim: 'Groups pass over nothing while their consumers leave and come back again and again, with eager rebalances and with KIP-848.',
  cluster: brokers(3),
  workload: [numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 600, maxInFlight: 1 }), eager, incremental],
  nemesis: every(seconds(13), leave(oneMemberOfEach(eager, incremental)), { lasting: seconds(7) }),
  duration: seconds(56),
  checkers: [noLostWrites, noSkippedRecords],
  client: 'platformatic',
  tags: ['nightly']
})
