/**
 * Everything that a run creates carries the run's id and its owner, the harness process, so that `heal` finds what a killed
 * harness left and leaves alone what a living one uses. Containers, networks and volumes bear both as labels.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export const runLabel = 'ackproof.run'
export const ownerLabel = 'ackproof.owner'

export type Labels = Readonly<Record<string, string>>

export const labelsOf = (run: string): Labels => ({ [runLabel]: run, [ownerLabel]: currentOwner() })

/**
 * `host/pid/start/namespace/machine`: the start time tells a process from a later one with the same id, the namespace of process
 * ids one host's processes from those of a container that shares its name, and the machine's id two hosts of one name.
 */
export const currentOwner = (): string => `${hostname()}/${process.pid}/${stateOf(process.pid)?.start ?? ''}/${processNamespace()}/${machine()}`

/** `elsewhere`: on another host, or in another container of this one, whose processes nobody here can see. */
export type Standing = 'alive' | 'gone' | 'elsewhere'

/** Whether the process that owns something still runs; what says no owner belongs to nobody, which is `gone`. */
export const standingOf = (owner: string | undefined): Standing => {
  const [host, pid = '', start, namespace = processNamespace(), onMachine = machine()] = (owner ?? '').split('/')
  if (!/^\d+$/.test(pid) || start === undefined) return 'gone'
  if (host !== hostname() || namespace !== processNamespace() || onMachine !== machine()) return 'elsewhere'

  return isRunning(Number(pid), start) ? 'alive' : 'gone'
}

/** Where nobody can tell, it counts as alive. */
export const ownerIsAlive = (owner: string | undefined): boolean => standingOf(owner) !== 'gone'

export const hostOf = (owner: string | undefined): string => owner?.split('/')[0] ?? ''

const isRunning = (pid: number, start: string): boolean => {
  const state = stateOf(pid)
  // No /proc here, or none that shows other users' processes.
  if (state === undefined) return answersToSignals(pid)

  return state.start === start && !state.ended
}

interface ProcessState {
  /** In clock ticks since boot (proc(5), field 22). */
  readonly start: string | undefined
  /** Dead, though the process that should take note of it (a container without init, say) may never do so. */
  readonly ended: boolean
}

/** Undefined where there is no such process, or none to be seen. */
const stateOf = (pid: number): ProcessState | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')

    return { start: fields[19], ended: fields[0] === 'Z' || fields[0] === 'X' }
  } catch {
    // There is no such process, or there is no /proc here.
    return undefined
  }
}

/** Empty where the system knows no such thing: then there is but one. */
const processNamespace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')
  } catch {
    // Not Linux.
    return ''
  }
}

/** Signal 0 is delivered to nobody, and fails when there is nobody. */
const answersToSignals = (pid: number): boolean => {
  try {
    process.kill(pid, 0)

    return true
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The first digits of machine-id(5), which tell machines apart and give none away; empty where there is none. */
const machine = (): string => {
  try {
    return createHash('sha256').update(readFileSync('/etc/machine-id', 'utf8').trim()).digest('hex').slice(0, 8)
  } catch {
    // Not Linux, or a small image.
    return ''
  }
}
