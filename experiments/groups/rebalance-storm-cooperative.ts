/**
 * Consumers leave and come back again and again. Two groups of the protocol classic read the same records and lose a member at the same moments:
 * one with eager rebalances, in which all give up what they own, and one with cooperative ones (KIP-429), which take only what another is to have.
 * What comes again, and how far each was behind, the report tells by group; neither passes over anything. librdkafka has both.
 */
import {
  brokers, every, experiment, groupReads, leave, noLostWrites, noSkippedRecords, numberedWrites, oneMemberOfEach, seconds, topic
} from '../../harness/index.ts'

// Away for long enough for another to have their partitions meanwhile.
const orders = topic('orders', { partitions: 6, replicas: 3, minInsyncReplicas: 2 })
const reading = { from: orders, members: 3, commits: 'after-work', commitEvery: 100 } as const
const eager = groupReads({ ...reading, group: 'eager' })
const cooperative = groupReads({ ...reading, group: 'cooperative', rebalancing: 'cooperative', firstMember: 4 })

export default experiment({
  claim: 'Groups pass over nothing while their consumers leave and come back again and again, with eager rebalances and with cooperative ones.',
  cluster: brokers(3),
  workload: [numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 600, maxInFlight: 1 }), eager, cooperative],
  nemesis: every(seconds(13), leave(oneMemberOfEach(eager, cooperative)), { lasting: seconds(7) }),
  duration: seconds(56),
  checkers: [noLostWrites, noSkippedRecords],
  client: 'confluent',
  tags: ['nightly']
})
