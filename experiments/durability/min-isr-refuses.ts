/**
 * With min ISR 2 a leader whose followers are gone refuses to write: acknowledgements stop, and what was acknowledged is on a replica that may
 * lead next. Producers give up after a few tries, and are told so.
 */
import {
  brokers, cut, experiment, followerLinksOf, kill, lastInSync, noDuplicates, noLostWrites, noReordering, numberedWrites, recoversWithin, seconds,
  together, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'With min ISR 2, a leader that is the last replica in sync refuses to write, and its death loses nothing that was acknowledged.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000' } }),
  workload: numberedWrites({ to: orders, acks: 'all', retries: 2, producers: 4, recordsPerSecond: 1500 }),
  nemesis: together(
    { after: seconds(4), fault: cut(followerLinksOf(orders)), lasting: seconds(26) },
    { after: seconds(17), fault: kill(lastInSync(orders)), lasting: seconds(14) }
  ),
  duration: seconds(38),
  checkers: [noLostWrites, noDuplicates, noReordering, recoversWithin(seconds(45))],
  expects: [{ outcome: 'failed', atLeast: 1 }],
  tags: ['nightly']
})
