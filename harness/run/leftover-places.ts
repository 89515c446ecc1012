/** Where a harness leaves something when it is killed: what `heal` goes through, and `doctor` counts. */
import { findDisks } from '../cluster/docker/disk-leftovers.ts'
import { findInEngine, type Leftover } from '../cluster/docker/leftovers.ts'
import { findLossLeftovers } from '../cluster/docker/loss-leftovers.ts'
import { connectRuntime } from '../cluster/docker/runtime.ts'
import { messageOf } from '../model/errors.ts'
import { findChildProcesses } from './orphans.ts'
import { findUnfinishedRuns } from './unfinished-runs.ts'

export interface LeftoverPlaces {
  readonly processes: () => readonly Leftover[]
  readonly files: () => readonly Leftover[]
  /** Packet losses, containers, networks and volumes. Rejects where no engine answers. */
  readonly engine: () => Promise<readonly Leftover[]>
  readonly disks: () => readonly Leftover[]
}

/** `out`: the folder in which runs made theirs. */
export const leftoverPlaces = (out: string): LeftoverPlaces => ({
  processes: findChildProcesses,
  files: () => findUnfinishedRuns(out),
  engine: async () => {
    const { docker } = await connectRuntime()

    return [...await findLossLeftovers(docker), ...await findInEngine(docker)]
  },
  disks: findDisks
})

/** Nothing but the lack, where the engine does not answer: what needs none can be looked for all the same. */
export const inEngine = async ({ engine }: LeftoverPlaces): Promise<{ readonly found: readonly Leftover[], readonly lack?: string }> => {
  try {
    return { found: await engine() }
  } catch (error) {
    return { found: [], lack: messageOf(error).replaceAll('\n', ' ') }
  }
}
