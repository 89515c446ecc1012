/** Records that nobody can process go to a topic of their own, and the partition goes on; a member that dies with one in hand is no exception. */
import {
  brokers, deadLetter, every, everyEffectOnce, experiment, groupReads, insertOnce, killClient, microseconds, noLostWrites, noReordering, noSkippedRecords,
  numberedWrites, oneConsumer, seconds, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const unprocessable = topic('orders-unprocessable', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group with a dead-letter topic applies or dead-letters every record, in order, though its consumers are killed in the middle of their work.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 120, poison: { every: 100 } }),
    groupReads({
      from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: microseconds(5000), commitEvery: 100,
      effect: insertOnce(), onPoison: deadLetter(unprocessable)
    })
  ],
  nemesis: every(seconds(16), killClient(oneConsumer(), { inMidWork: true }), { lasting: seconds(9) }),
  duration: seconds(42),
  checkers: [noLostWrites, noSkippedRecords, noReordering, everyEffectOnce],
  tags: ['nightly']
})
