/**
 * Undoes whatever an earlier harness left behind: its containers, networks and volumes, and client processes that outlived it.
 * What belongs to a harness that still runs is left alone.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { connectRuntime } from '../cluster/docker/runtime.ts'
import { removeAbandoned } from '../cluster/docker/leftovers.ts'
import type { Heal } from '../model/commands.ts'
import { messageOf } from '../model/errors.ts'
import { pause } from './waiting.ts'

export const heal: Heal = async () => {
  const processes = await endOrphans()
  const { docker } = await connectRuntime()
  const things = await removeAbandoned(docker)

  return {
    removed: [...processes.removed, ...things.removed],
    remaining: [...processes.remaining, ...things.remaining]
  }
}

const marker = '--ackproof-run='

interface Orphan {
  readonly pid: number
  readonly run: string
}

/** Client processes end by themselves when their harness does; one that could not (it was stopped, say) is ended here. */
const endOrphans = async (): Promise<{ readonly removed: readonly string[], readonly remaining: readonly string[] }> => {
  const orphans = findOrphans()
  for (const { pid } of orphans) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended between being found and being killed: what was wanted.
    }
  }
  if (orphans.length > 0) await pause(200)
  const left = new Set(findOrphans().map(({ pid }) => pid))
  const told = ({ pid, run }: Orphan): string => `client process ${pid} of run ${run}`

  return {
    removed: orphans.filter(({ pid }) => !left.has(pid)).map(told),
    remaining: orphans.filter(({ pid }) => left.has(pid)).map(orphan => `${told(orphan)}: it does not end`)
  }
}

/** Processes that carry a run's mark and whose parent is no longer their harness: they were adopted by process 1. */
const findOrphans = (): readonly Orphan[] => {
  try {
    return readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => orphanAt(Number(name)))
  } catch (error) {
    // No /proc here (not Linux): nothing can be found this way, and nothing is claimed.
    if (messageOf(error).includes('ENOENT')) return []
    throw error
  }
}

const orphanAt = (pid: number): readonly Orphan[] => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    const mark = words.find(word => word.startsWith(marker))
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [status, parent] = state.slice(state.lastIndexOf(')') + 2).split(' ')
    if (mark === undefined || parent !== '1' || status === 'Z') return []

    return [{ pid, run: mark.slice(marker.length) }]
  } catch {
    // The process ended while it was being read.
    return []
  }
}
