/**
 * Undoes whatever an earlier harness left behind, at whatever moment it was killed: its child processes, the working files of
 * its run, its packet losses, containers, networks, volumes and disks. What belongs to a harness that still runs is left alone.
 */
import type { Leftover } from '../cluster/docker/leftovers.ts'
import type { Heal, HealOptions, HealReport } from '../model/commands.ts'
import { inEngine, leftoverPlaces, type LeftoverPlaces } from './leftover-places.ts'
import { sweep, type Swept } from './sweep.ts'
import { pause } from './waiting.ts'

export const heal: Heal = options => healIn(leftoverPlaces(options.out), options)

export const healIn = async (places: LeftoverPlaces, options: Pick<HealOptions, 'elsewhere' | 'tell'>): Promise<HealReport> => {
  // A folder that is none is told before anything is done to anybody.
  places.files()
  // Processes first: one that still works would write what is removed next.
  const processes = await sweep(places.processes(), options)
  const files = await sweep(places.files(), options)
  let unseen: readonly string[] = []
  const find = async (): Promise<readonly Leftover[]> => {
    const { found, lack } = await inEngine(places)
    unseen = lack === undefined ? [] : [`containers, networks, volumes and packet losses: ${lack}`]

    return [...found, ...places.disks()]
  }
  const things = await sweepUntilQuiet(find, { ...options, begun: processes.removed.length + files.removed.length > 0 })

  return {
    removed: [processes, files, things].flatMap(({ removed }) => removed),
    remaining: [processes, files, things].flatMap(({ remaining }) => remaining),
    spared: [processes, files, things].flatMap(({ spared }) => spared),
    unseen
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
export const sweepUntilQuiet = async (find: () => Promise<readonly Leftover[]>, { begun, ...options }: Sweeping): Promise<Swept> => {
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
