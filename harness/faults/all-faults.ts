/** Every fault by the name that an experiment calls it by, with what it needs of a machine: what `ackproof doctor` goes by. */
import { milliseconds } from '../model/duration.ts'
import type { Capability } from '../model/cluster.ts'
import type { Fault } from '../model/fault.ts'
import { topic } from '../model/topic.ts'
import {
  bandwidth, configure, cut, dropResponses, electPreferred, electUnclean, failDisk, fillDisk, flipBytes, freeze, kill, killClient, latency, leave,
  moveLeader, packetLoss, pause, powerCut, reassign, reset, restart, slowDisk, squeezeCpu, squeezeMemory, stall, stop, wipe
} from './index.ts'

/** Nobody is hit by what is only asked for its needs. */
const nobody = { description: 'nobody', choose: () => Promise.resolve([]) }
const nothing = topic('nothing')

const samples: Readonly<Record<string, Fault>> = {
  bandwidth: bandwidth(nobody, { kilobytesPerSecond: 1 }),
  configure: configure(nothing, { 'retention.ms': '1000' }),
  cut: cut(nobody),
  dropResponses: dropResponses(nobody),
  electPreferred: electPreferred(nothing),
  electUnclean: electUnclean(nothing),
  failDisk: failDisk(nobody),
  fillDisk: fillDisk(nobody),
  flipBytes: flipBytes(nobody, { of: nothing }),
  freeze: freeze(nobody),
  kill: kill(nobody),
  killClient: killClient(nobody),
  latency: latency(nobody, { of: milliseconds(100) }),
  leave: leave(nobody),
  moveLeader: moveLeader(nothing),
  packetLoss: packetLoss(nobody, { percent: 5 }),
  pause: pause(nobody),
  powerCut: powerCut(nobody),
  reassign: reassign(nothing),
  reset: reset(nobody),
  restart: restart(nobody),
  slowDisk: slowDisk(nobody, { kilobytesPerSecond: 100 }),
  squeezeCpu: squeezeCpu(nobody, { cores: 1 }),
  squeezeMemory: squeezeMemory(nobody, { megabytes: 512 }),
  stall: stall(nobody),
  stop: stop(nobody),
  wipe: wipe(nobody)
}

export const allFaults: readonly { readonly name: string, readonly needs: readonly Capability[] }[] =
  Object.entries(samples).map(([name, { needs }]) => ({ name, needs }))
