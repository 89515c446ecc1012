/** Fills the disk of a log directory to its last byte. Healing gives the space back and starts the broker anew. */
import type { Fault, NodeTarget } from '../model/fault.ts'
import type { DiskOptions } from './own-disks.ts'
import { newLife, refuseWrites } from './refusing-disks.ts'

export const fillDisk = (target: NodeTarget, options: DiskOptions = {}): Fault => refuseWrites(target, {
  ...options,
  verb: 'fill',
  what: 'full-disk',
  refusal: 'no-space',
  said: 'No space left on device',
  act: async ({ disks }) => { await Promise.all(disks.map(disk => disk.fill())) },
  mend: async ({ node, disks }) => {
    // Before the broker shuts down, which writes too.
    await Promise.all(disks.map(disk => disk.empty()))
    await newLife(node, () => Promise.resolve())
  }
})
