/**
 * Everything that a run creates carries the run's id and its owner, the harness process, so that `heal` finds what a killed
 * harness left and leaves alone what a living one uses.
 */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

export const runLabel = 'ackproof.run'
export const ownerLabel = 'ackproof.owner'

export type Labels = Readonly<Record<string, string>>

export const labelsOf = (run: string): Labels => ({ [runLabel]: run, [ownerLabel]: currentOwner() })

/** `host/pid/start`: the start time tells a process from a later one with the same id. */
export const currentOwner = (): string => `${hostname()}/${process.pid}/${startOf(process.pid) ?? ''}`

/** Whether the process that owns something still runs. Unknown on another host: then it counts as alive. */
export const ownerIsAlive = (owner: string | undefined): boolean => {
  const [host, pid, start] = (owner ?? '').split('/')
  if (host !== hostname()) return owner !== undefined && host !== ''

  return pid !== undefined && start !== undefined && startOf(Number(pid)) === start
}

/** A process's start time in clock ticks since boot (proc(5), field 22), undefined when there is no such process. */
const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')

    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    // No such process, or no /proc: `kill 0` would not tell a recycled id either.
    return undefined
  }
}
