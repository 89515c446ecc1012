/**
 * With min ISR 2 a leader whose followers are gone refuses to write: acknowledgements stop, and what was acknowledged is on a replica that may
 * lead next, and does, while the old leader is still away (eligible leader replicas, KIP-966). Had it acknowledged anything alone, that would be
 * lost then. Producers give up after a few tries, and are told so.
 */
import {
  brokers, cut, experiment, followerLinksOf, kill, lastInSync, ledAgain, noDuplicates, noLostWrites, noReordering, numberedWrites, provenBy, recoversWithin,
  seconds, together, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'With min ISR 2, a leader that is the last replica in sync refuses to write, and its death loses nothing that was acknowledged.',
  cluster: brokers(3, { config: { 'replica.lag.time.max.ms': '5000', 'broker.session.timeout.ms': '6000' } }),
  workload: numberedWrites({ to: orders, acks: 'all', retries: 2, producers: 4, recordsPerSecond: 1500 }),
  nemesis: together(
    { after: seconds(4), fault: cut(followerLinksOf(orders)), lasting: seconds(28) },
    { after: seconds(15), fault: provenBy(kill(lastInSync(orders)), ledAgain(orders)), lasting: seconds(20) }
  ),
  duration: seconds(42),
  checkers: [noLostWrites, noDuplicates, noReordering, recoversWithin(seconds(45))],
  expects: [{ outcome: 'failed', atLeast: 1 }],
  tags: ['nightly']
})
