/** Every fault by the name that an experiment calls it by, with what it needs of a machine: what `ackproof doctor` goes by. */
import { milliseconds } from '../model/duration.ts'
import type { Capability } from '../model/cluster.ts'
import type { Fault } from '../model/fault.ts'
import { bandwidth, cut, dropResponses, freeze, kill, killClient, latency, packetLoss, pause, reset, restart, squeezeCpu, squeezeMemory, stall, stop } from './index.ts'

/** Nobody is hit by what is only asked for its needs. */
const nobody = { description: 'nobody', choose: () => Promise.resolve([]) }

const samples: Readonly<Record<string, Fault>> = {
  bandwidth: bandwidth(nobody, { kilobytesPerSecond: 1 }),
  cut: cut(nobody),
  dropResponses: dropResponses(nobody),
  freeze: freeze(nobody),
  kill: kill(nobody),
  killClient: killClient(nobody),
  latency: latency(nobody, { of: milliseconds(100) }),
  packetLoss: packetLoss(nobody, { percent: 5 }),
  pause: pause(nobody),
  reset: reset(nobody),
  restart: restart(nobody),
  squeezeCpu: squeezeCpu(nobody, { cores: 1 }),
  squeezeMemory: squeezeMemory(nobody, { megabytes: 512 }),
  stall: stall(nobody),
  stop: stop(nobody)
}

export const allFaults: readonly { readonly name: string, readonly needs: readonly Capability[] }[] =
  Object.entries(samples).map(([name, { needs }]) => ({ name, needs }))
