/**
 * Undoes whatever an earlier harness left behind, at whatever moment it was killed: its child processes, the working files of
 * its run, its packet losses, containers, networks, volumes and disks. What belongs to a harness that still runs is left alone.
 */
import { connectRuntime } from '../cluster/docker/runtime.ts'
import { findLeftovers, type Leftover } from '../cluster/docker/leftovers.ts'
import { findLossLeftovers } from '../cluster/docker/loss-leftovers.ts'
import type { Heal, HealOptions, HealReport } from '../model/commands.ts'
import { findChildProcesses } from './orphans.ts'
import { sweep } from './sweep.ts'
import { findUnfinishedRuns } from './unfinished-runs.ts'
import { pause } from './waiting.ts'

export const heal: Heal = async options => {
  // Processes first: one that still works would write what is removed next.
  const processes = await sweep(findChildProcesses(), options)
  const files = await sweep(findUnfinishedRuns(options.out), options)
  const { docker } = await connectRuntime()
  const find = async (): Promise<readonly Leftover[]> => [...await findLossLeftovers(docker), ...await findLeftovers(docker)]
  const things = await sweepUntilQuiet(find, { ...options, begun: processes.removed.length + files.removed.length > 0 })

  return {
    removed: [processes, files, things].flatMap(({ removed }) => removed),
    remaining: [processes, files, things].flatMap(({ remaining }) => remaining),
    spared: [processes, files, things].flatMap(({ spared }) => spared)
  }
}

/** An engine still carries out what it was asked for by a harness that has died meanwhile; a container takes a moment to be made. */
const quietMs = 1500
const mostLooks = 6

interface Sweeping extends Pick<HealOptions, 'elsewhere' | 'tell'> {
  /** Something of a dead harness was found already: more of it may be on its way. */
  readonly begun: boolean
}

/** Looks again as long as there was something, and tells as remaining what the last look could not remove. */
export const sweepUntilQuiet = async (find: () => Promise<readonly Leftover[]>, { begun, ...options }: Sweeping): Promise<HealReport> => {
  const removed: string[] = []
  let last = await sweep(await find(), options)
  removed.push(...last.removed)
  for (let looks = 1; looks < mostLooks && (last.removed.length + last.remaining.length > 0 || (begun && looks === 1)); looks += 1) {
    await pause(quietMs)
    last = await sweep(await find(), options)
    removed.push(...last.removed)
  }

  return { ...last, removed }
}
