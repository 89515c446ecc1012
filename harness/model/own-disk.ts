/**
 * Disks that belong to one node alone, a log directory on each, so that faults can act on them as on hardware: the power goes, space
 * runs out, bytes rot. A provider that offers the capability `disks` makes them for a plan that asks for them.
 */
import type { DiskFile } from './disk.ts'
import { UsageError } from './errors.ts'

/** What each broker and controller gets. */
export interface DiskPlan {
  /** The size of each disk: 64 to 4096. It takes of the machine's disk what is written to it. */
  readonly megabytes: number
  /** How many log directories a node has (JBOD), each on a disk of its own: 1 (default) to 8. */
  readonly directories?: number
}

/** Throws a UsageError that names the option and the value where such disks make no sense. */
export const refuseOddDisks = ({ megabytes, directories = 1 }: DiskPlan): void => {
  const within = (value: number, { least, most }: { readonly least: number, readonly most: number }): boolean => Number.isInteger(value) && value >= least && value <= most
  const wrong = within(megabytes, { least: 64, most: 4096 })
    ? within(directories, { least: 1, most: 8 }) ? undefined : `\`disks.directories\` is ${directories}; it must be a whole number from 1 to 8`
    : `\`disks.megabytes\` is ${megabytes}; it must be a whole number from 64 to 4096`
  if (wrong !== undefined) throw new UsageError({ happened: `${wrong}.`, next: 'Correct the experiment\'s `cluster`.' })
}

export interface OwnDisk {
  /** From 1, in the order of the node's log directories. */
  readonly number: number
  /**
   * What the disk itself holds at this moment. What the system keeps in memory, to be written later, is not in it. To be asked while
   * nobody writes; rejects if it does not come to rest.
   */
  readonly snapshot: () => Promise<DiskSnapshot>
  /**
   * Whether the file system on it was left as a power cut leaves it: its journal is to be replayed before it can be used. Waits until
   * nobody uses the disk: a file system in use is never in order.
   */
  readonly isUnclean: () => Promise<boolean>
  /** Takes all of its free space. */
  readonly fill: () => Promise<void>
  /** Gives back what `fill` has taken, whether the node runs or not. Idempotent. */
  readonly empty: () => Promise<void>
  /** Removes the log directory with all that is in it. To be asked of a node that does not run: waits until nobody uses the disk. */
  readonly wipe: () => Promise<void>
  /** Whether there is nothing in the log directory. Waits likewise. */
  readonly isBlank: () => Promise<boolean>
  /** Reports an error of the hardware to the file system of a node that runs: it gives up its journal, and lets nobody write any more. */
  readonly fail: () => Promise<void>
  /** Checks the file system and mends it, as a machine does that starts. Waits until nobody uses the disk. */
  readonly repair: () => Promise<void>
  /** Writes as the node would, in its place: a file beside the log directory, flushed, and removed at once. */
  readonly tryWrite: (file: { readonly bytes: number }) => Promise<WriteAttempt>
  /** Lets the node write so fast, and no faster. Disposing of it undoes it. Idempotent. */
  readonly throttle: (pace: { readonly kilobytesPerSecond: number }) => Promise<AsyncDisposable>
  /** The files of these directories below the log directory; one that is not there has none. Whether the node runs or not. */
  readonly list: (directories: readonly string[]) => Promise<readonly DiskFile[]>
  /** A file's bytes as the node would read them; fewer where it ends sooner. */
  readonly read: (path: string, span: { readonly from: number, readonly bytes: number }) => Promise<Buffer>
  readonly overwrite: (path: string, patch: { readonly at: number, readonly bytes: Buffer }) => Promise<void>
}

export interface WriteAttempt {
  /** `not-asked`: the node does not run, so that nobody could write in its place. */
  readonly ending: 'written' | 'no-space' | 'read-only' | 'failed' | 'not-asked'
  readonly milliseconds: number
}

export interface DiskSnapshot {
  /** Puts the disk back to it. Waits until nobody uses the disk, and rejects if somebody goes on; says how much differed. */
  readonly putBack: () => Promise<{ readonly bytes: number }>
  /** Idempotent. */
  readonly remove: () => Promise<void>
}
