/**
 * Everything that a run creates carries the run's id and its owner, the harness process, so that `heal` finds what a killed
 * harness left and leaves alone what a living one uses.
 */
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'

export const runLabel = 'ackproof.run'
export const ownerLabel = 'ackproof.owner'

export type Labels = Readonly<Record<string, string>>

export const labelsOf = (run: string): Labels => ({ [runLabel]: run, [ownerLabel]: currentOwner() })

/** `host/pid/start`: the start time tells a process from a later one with the same id. */
export const currentOwner = (): string => `${hostname()}/${process.pid}/${startOf(process.pid) ?? ''}`

/** Whether the process that owns something still runs. On another host nobody can tell: then it counts as alive. */
export const ownerIsAlive = (owner: string | undefined): boolean => {
  const [host, pid, start] = (owner ?? '').split('/')
  if (pid === undefined || start === undefined) return false
  if (host !== hostname()) return true

  return existsSync('/proc/self/stat') ? startOf(Number(pid)) === start : answersToSignals(Number(pid))
}

/** A process's start time in clock ticks since boot (proc(5), field 22), undefined when there is no such process. */
const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')

    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    // There is no such process, or there is no /proc here.
    return undefined
  }
}

/** Where there is no /proc: signal 0 is delivered to nobody, and fails when there is nobody. */
const answersToSignals = (pid: number): boolean => {
  try {
    process.kill(pid, 0)

    return true
  } catch {
    // ESRCH: no such process.
    return false
  }
}
