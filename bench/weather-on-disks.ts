/**
 * Random weather that leaves much behind when its harness dies: disks of the brokers' own (images, loop devices, mounts), packet losses, limits
 * of containers. For `harness-kills.ts` alone: its runs are killed, so that nothing is ever judged here.
 */
import {
  brokers, cut, experiment, fillDisk, followerLinksOf, groupReads, kill, latency, leaderOf, linkToLeaderOf, milliseconds, noLostWrites, numberedWrites, packetLoss, pause,
  powerCut, seconds, slowDisk, squeezeCpu, squeezeMemory, topic, weather
} from '../harness/index.ts'

const orders = topic('orders', { partitions: 2, replicas: 3, minInsyncReplicas: 2, config: { 'flush.messages': '1' } })
const producers = linkToLeaderOf(orders, { role: 'producer' })

export default experiment({
  claim: 'Whatever breaks when the harness is killed, `ackproof heal` leaves nothing behind.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 2, recordsPerSecond: 1000, recordBytes: 64 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: weather([
    powerCut(leaderOf(orders)), fillDisk(leaderOf(orders)), slowDisk(leaderOf(orders), { kilobytesPerSecond: 100 }), packetLoss(producers, { percent: 30 }),
    squeezeCpu(leaderOf(orders), { cores: 0.2 }), squeezeMemory(leaderOf(orders), { megabytes: 400 }), kill(leaderOf(orders)), pause(leaderOf(orders)),
    cut(producers), latency(followerLinksOf(orders), { of: milliseconds(300) })
  ], { calm: 0.2, shortest: seconds(8), longest: seconds(14) }),
  duration: seconds(90),
  checkers: [noLostWrites]
})
