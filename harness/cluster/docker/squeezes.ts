/**
 * Limits of a container, laid on while it runs (as `docker update` does) and taken off again, and what its cgroup counts under them.
 *
 * What the engine keeps to itself: a limit of CPUs (`NanoCpus`) cannot be taken off again, a quota of periods can; and a limit of memory
 * can only be raised, so that what had none is given more than any machine has.
 */
import type { Limit, NodeStrain, Squeeze } from '../../model/cluster.ts'
import { oneAtATime } from './in-turn.ts'
import { execute } from './probe.ts'
import type { Docker } from './runtime.ts'

const periodUs = 100_000
const moreThanAnyMachineHas = 2 ** 52
const megabyte = 2 ** 20

/** The engine's own names; 0 says that a limit was never set. */
interface Limits {
  readonly CpuPeriod: number
  readonly CpuQuota: number
  readonly Memory: number
  readonly MemorySwap: number
}

export const squeezesOf = (docker: Docker, name: string): ((limit: Limit) => Promise<Squeeze>) => {
  const container = docker.getContainer(name)
  const inForce = new Set<Limit['kind']>()
  const inTurn = oneAtATime()
  const limits = async (): Promise<Limits> => (await container.inspect()).HostConfig as Limits

  return limit => inTurn(async () => {
    if (inForce.has(limit.kind)) throw new Error(`Its ${limit.kind} is squeezed already, by another fault.`)
    const [before, from] = [await limits(), await countedOf(docker, name, limit.kind)]
    const heal = (): Promise<void> => inTurn(async () => {
      if (!inForce.has(limit.kind)) return
      await container.update(liftingTo(before, limit.kind))
      inForce.delete(limit.kind)
    })
    await container.update(laidOn(limit))
    inForce.add(limit.kind)

    return {
      strain: async (): Promise<NodeStrain> => {
        const asked = laidOn(limit)
        const now = await limits()
        const counted = await countedOf(docker, name, limit.kind)

        return {
          inForce: Object.entries(asked).every(([key, value]) => now[key as keyof Limits] === value),
          // Without the count before the blow, what an earlier limit refused would count as this one's.
          ...counted === undefined || from === undefined ? {} : { refusals: since(from, counted) },
          ...limit.kind === 'cpu' ? {} : { usedMegabytes: await usedMegabytesOf(docker, name) }
        }
      },
      [Symbol.asyncDispose]: heal
    }
  })
}

const laidOn = (limit: Limit): Partial<Limits> => limit.kind === 'cpu'
  ? { CpuPeriod: periodUs, CpuQuota: Math.round(limit.cores * periodUs) }
  : { Memory: limit.megabytes * megabyte, MemorySwap: limit.megabytes * megabyte }

const liftingTo = (before: Limits, kind: Limit['kind']): Partial<Limits> => kind === 'cpu'
  ? { CpuPeriod: before.CpuPeriod || periodUs, CpuQuota: before.CpuQuota || -1 }
  : { Memory: before.Memory || moreThanAnyMachineHas, MemorySwap: before.MemorySwap || moreThanAnyMachineHas }

/** A node that was started again has begun to count anew. */
const since = (from: number, now: number): number => now >= from ? now - from : now

/** Undefined: nobody counts it here, or the node does not run. */
const countedOf = (docker: Docker, name: string, kind: Limit['kind']): Promise<number | undefined> =>
  (kind === 'cpu' ? throttledPeriods(docker, name) : refusedMemory(docker, name)).catch(() => undefined)

interface Stats {
  readonly cpu_stats?: { readonly throttling_data?: { readonly throttled_periods?: number } }
  readonly memory_stats?: { readonly usage?: number }
}

const statsOf = async (docker: Docker, name: string): Promise<Stats> =>
  docker.getContainer(name).stats({ 'stream': false, 'one-shot': true } as { stream: false })

const throttledPeriods = async (docker: Docker, name: string): Promise<number | undefined> => (await statsOf(docker, name)).cpu_stats?.throttling_data?.throttled_periods

const usedMegabytesOf = async (docker: Docker, name: string): Promise<number> => ((await statsOf(docker, name)).memory_stats?.usage ?? 0) / megabyte

/** Of both generations of cgroups; the older counts what hits the limit of memory and swap together for itself, if its kernel counts at all. */
const counterFiles = ['memory/memory.failcnt', 'memory/memory.memsw.failcnt', 'memory.events']

const refusedMemory = async (docker: Docker, name: string): Promise<number | undefined> =>
  refusalsIn(await execute(docker, name, ['sh', '-c', `cd /sys/fs/cgroup && grep -Hs . ${counterFiles.join(' ')}`]))

/** `memory/memory.failcnt:12`, or `memory.events:max 12`. */
export const refusalsIn = (said: string): number | undefined => {
  const counts = said.split('\n').flatMap(line => {
    const [, count] = /^memory\/memory\.(?:memsw\.)?failcnt:(\d+)\s*$/.exec(line) ?? []
    const [, events] = /^memory\.events:max (\d+)\s*$/.exec(line) ?? []

    return [count, events].filter(found => found !== undefined).map(Number)
  })

  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0)
}
