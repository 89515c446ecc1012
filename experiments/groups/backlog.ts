/**
 * A group goes away while its producers go on, and comes back to what was written meanwhile: one member first, then a second and a third.
 * How fast it catches up the report tells (and `npm run bench -- backlog`, on a quiet machine); that it passes over nothing, whoever of them
 * reads what, is the claim.
 */
import {
  brokers, experiment, groupReads, leave, microseconds, noLostWrites, noSkippedRecords, numberedWrites, oneConsumer, seconds, together, topic
} from '../../harness/index.ts'

// Who leaves takes a while, and the next one is chosen among those that still run: so they are some seconds apart.
// A member can work on 1,600 records a second and gets 1,000: alone it catches up slowly, and the others help.
const orders = topic('orders', { partitions: 6, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'A group that was away comes back to a backlog, one member after the other, and passes over nothing of it.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 2, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 3, commits: 'after-work', workPerRecord: microseconds(600), commitEvery: 100 })
  ],
  nemesis: together(
    { after: seconds(4), fault: leave(oneConsumer()), lasting: seconds(16) },
    { after: seconds(8), fault: leave(oneConsumer()), lasting: seconds(18) },
    { after: seconds(12), fault: leave(oneConsumer()), lasting: seconds(20) }
  ),
  duration: seconds(38),
  checkers: [noLostWrites, noSkippedRecords],
  tags: ['nightly']
})
