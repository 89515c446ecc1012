/**
 * Every fault there is, one after the other, and each switched off: it acts on nodes, links, disks, clients and topics that tell it that all
 * was done, and do nothing. Only what has to go before an election is real. No run of this may come out upheld.
 */
import {
  bandwidth, brokers, byId, configure, cut, dropResponses, electPreferred, electUnclean, experiment, failDisk, fillDisk, flipBytes, freeze, groupReads, kill,
  killClient, latency, leaderOf, leave, linksOneWay, milliseconds, moveLeader, noLostWrites, numberedWrites, oneConsumer, oneProducer, packetLoss, pause, powerCut,
  reassign, reset, restart, seconds, slowDisk, squeezeCpu, squeezeMemory, stall, stop, topic, wipe, type Fault,
  type Nemesis
} from '../../harness/index.ts'
import type { Duration } from '../../harness/model/duration.ts'
import type { ScheduledFault } from '../../harness/model/fault.ts'
import { switchedOff } from './numb.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const sole = topic('sole', { partitions: 1, replicas: 1, minInsyncReplicas: 1 })
const oneWay = linksOneWay(byId(2), byId(1))

/** The ones that need nothing to have gone before. */
const alone: Readonly<Record<string, Fault>> = {
  kill: kill(byId(2)),
  stop: stop(byId(2)),
  pause: pause(byId(2)),
  restart: restart(byId(2)),
  squeezeCpu: squeezeCpu(byId(2), { cores: 0.2 }),
  squeezeMemory: squeezeMemory(byId(2), { megabytes: 512 }),
  powerCut: powerCut(byId(2)),
  wipe: wipe(byId(2)),
  fillDisk: fillDisk(byId(2)),
  failDisk: failDisk(byId(2)),
  slowDisk: slowDisk(byId(2), { kilobytesPerSecond: 200 }),
  flipBytes: flipBytes(byId(2), { of: orders }),
  cut: cut(oneWay),
  reset: reset(oneWay),
  stall: stall(oneWay),
  dropResponses: dropResponses(oneWay),
  latency: latency(oneWay, { of: seconds(1) }),
  bandwidth: bandwidth(oneWay, { kilobytesPerSecond: 10 }),
  packetLoss: packetLoss(oneWay, { percent: 30 }),
  killClient: killClient(oneConsumer()),
  leave: leave(oneProducer()),
  freeze: freeze(oneProducer()),
  moveLeader: moveLeader(orders),
  configure: configure(orders, { 'retention.ms': '3600000' }),
  reassign: reassign(sole)
}

const elections = { electPreferred: electPreferred(orders), electUnclean: electUnclean(sole) }

/** By the names that experiments call them by. */
export const switchedOffFaults = [...Object.keys(alone), ...Object.keys(elections)].toSorted()

interface Step {
  readonly after: Duration
  readonly fault: Fault
  readonly lasting: Duration
  readonly overlapping?: true
}

const steps: readonly Step[] = [
  ...Object.values(alone).map(fault => ({ after: milliseconds(500), fault: switchedOff(fault), lasting: milliseconds(1500) })),
  // Who led comes back as a follower, and stays one until somebody is elected.
  { after: milliseconds(500), fault: stop(leaderOf(orders)), lasting: seconds(3) },
  { after: seconds(1), fault: switchedOff(elections.electPreferred), lasting: milliseconds(1500) },
  { after: milliseconds(500), fault: stop(leaderOf(sole)), lasting: seconds(7) },
  { after: seconds(-4), fault: switchedOff(elections.electUnclean), lasting: milliseconds(1500), overlapping: true }
]

const oneAfterTheOther: Nemesis = {
  description: 'every fault, switched off',
  faults: steps.map(({ fault }) => fault),
  schedule: () => {
    let free = 2000

    return steps.map(({ after, fault, lasting, overlapping = false }, index): ScheduledFault => {
      const at = milliseconds(free + after.milliseconds)
      free = at.milliseconds + lasting.milliseconds

      return { at, lasting, fault, stream: `fault ${index + 1}`, overlapping }
    })
  }
}

export default experiment({
  claim: 'A cluster to which nobody does anything loses nothing.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 300 }),
    numberedWrites({ to: sole, acks: 'all', producers: 1, recordsPerSecond: 50, firstProducer: 2 }),
    groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' })
  ],
  nemesis: oneAfterTheOther,
  duration: seconds(75),
  checkers: [noLostWrites]
})
