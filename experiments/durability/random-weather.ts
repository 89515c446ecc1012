/**
 * Random weather: faults of nodes, links and clients, each drawn from the seed with its moment, its victim and its length, and calm
 * between them. Whatever the seed says, the safe contract must hold. Nothing here lasts less than it takes a group to notice that one of its
 * consumers is gone.
 */
import {
  bandwidth, brokers, controller, cut, dropResponses, experiment, followerLinksOf, freeze, groupReads, kill, killClient, latency, leaderOf, linkToLeaderOf,
  milliseconds, minority, noCorruption, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, oneConsumer, oneProducer, pause,
  peerLinksOf, reset, restart, ring, seconds, stall, stop, topic, weather
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 2, replicas: 3, minInsyncReplicas: 2 })
const followers = followerLinksOf(orders)
const producers = linkToLeaderOf(orders, { role: 'producer' })

export default experiment({
  claim: 'Whatever breaks, one thing after the other: what every in-sync replica acknowledged is there, once, in order, with its bytes, and no group passes over it.',
  cluster: brokers(3),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 3600, recordBytes: 64 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: weather([
    kill(leaderOf(orders)), stop(leaderOf(orders)), pause(leaderOf(orders)), kill(controller()), restart(leaderOf(orders), { how: 'kill', down: seconds(1) }),
    cut(followers), stall(followers), latency(followers, { of: milliseconds(300), jitter: milliseconds(100) }), bandwidth(followers, { kilobytesPerSecond: 40 }),
    cut(peerLinksOf(minority())), cut(ring()),
    cut(producers), cut(producers, { how: 'refuse' }), cut(producers, { only: 'responses' }), reset(producers), dropResponses(producers), stall(producers),
    killClient(oneConsumer()), killClient(oneProducer()), freeze(oneConsumer()), freeze(oneProducer())
  ], { calm: 0.4, shortest: seconds(10), longest: seconds(14) }),
  duration: seconds(90),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, noCorruption],
  tags: ['nightly']
})
