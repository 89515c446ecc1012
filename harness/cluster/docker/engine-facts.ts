/** What the engine says of itself, as far as a fault depends on it: where it runs, and what it can do with cgroups. */
import { release } from 'node:os'
import { connectRuntime } from './runtime.ts'

export interface EngineFacts {
  /** It was reached by a socket of this machine's. */
  readonly local: boolean
  /** It, or what claims to be it on this socket, runs on the very kernel that this process runs on. */
  readonly sameKernel: boolean
  readonly desktop: boolean
  readonly rootless: boolean
  /** It can make cgroups, which pauses and limits take. */
  readonly cgroups: boolean
  readonly limitsCpu: boolean
  readonly limitsMemory: boolean
}

/** What dockerode's types leave open; rootless engines and those in virtual machines say so here. */
interface EngineInfo {
  readonly KernelVersion?: string
  readonly OperatingSystem?: string
  readonly SecurityOptions?: readonly string[] | null
  readonly CgroupDriver?: string
  readonly CpuCfsQuota?: boolean
  readonly MemoryLimit?: boolean
}

export const engineFacts = async (): Promise<EngineFacts> => {
  const { docker, local } = await connectRuntime()

  return factsIn(await docker.info() as EngineInfo, { local, kernel: release() })
}

export const factsIn = (info: EngineInfo, { local, kernel }: { readonly local: boolean, readonly kernel: string }): EngineFacts => ({
  local,
  sameKernel: info.KernelVersion === kernel,
  desktop: /docker desktop/i.test(info.OperatingSystem ?? ''),
  rootless: (info.SecurityOptions ?? []).some(option => option.includes('rootless')),
  cgroups: info.CgroupDriver !== 'none',
  limitsCpu: info.CpuCfsQuota !== false,
  limitsMemory: info.MemoryLimit !== false
})

/** Why nothing can be done in a container from here, on the engine's own machine; undefined: it can. */
export const whyNotHere = ({ local, sameKernel, desktop, rootless }: EngineFacts): string | undefined => {
  if (desktop) return 'Docker Desktop runs containers in a virtual machine, which cannot be reached into from here'
  if (!local) return 'the container engine runs on another machine (DOCKER_HOST)'
  if (!sameKernel) return 'the container engine runs on another kernel than this process, in a virtual machine say'
  if (rootless) return 'the container engine is rootless, and its containers\' networks belong to a user\'s namespace'

  return undefined
}

export const whyNoCgroups = ({ cgroups, rootless }: EngineFacts): string | undefined =>
  cgroups ? undefined : `the container engine manages no cgroups${rootless ? ', as it is rootless and none were delegated to it' : ''}`

export const whyNoLimits = (facts: EngineFacts): string | undefined => {
  const lacking = [...facts.limitsCpu ? [] : ['CPU'], ...facts.limitsMemory ? [] : ['memory']]

  return whyNoCgroups(facts) ?? (lacking.length === 0 ? undefined : `the container engine cannot limit ${lacking.join(' and ')} (\`docker info\` warns of it)`)
}
