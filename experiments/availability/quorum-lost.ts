/**
 * Two of three dedicated controllers die, so that nothing can be decided, and then a broker does. Nobody takes its place where it led, and
 * nobody can strike it out of the ISR where it followed: what is written with acks=all waits for it there too. With a quorum all goes on,
 * though the broker is still away.
 */
import {
  brokers, experiment, groupReads, kill, leaderless, leaderOf, ledAgain, majorityOfControllers, noDuplicates, noLostWrites, noReordering, noSkippedRecords,
  numberedWrites, provenBy, recoversWithin, seconds, together, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'When a broker dies while the controllers have no quorum, its partitions wait until they have one again, and nothing is lost.',
  cluster: brokers(3, { controllers: 3, config: { 'broker.session.timeout.ms': '6000' } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 1500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: together(
    { after: seconds(4), fault: provenBy(kill(majorityOfControllers()), leaderless(orders)), lasting: seconds(18) },
    // Controllers that come back take 13 to 24 s on a busy machine to give up a broker and elect.
    { after: seconds(8), fault: provenBy(kill(leaderOf(orders)), ledAgain(orders)), lasting: seconds(44) }
  ),
  duration: seconds(58),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(60))],
  tags: ['nightly']
})
