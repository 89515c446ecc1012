/**
 * Fails the disk of a log directory: its file system meets an error and becomes read-only, as on hardware that fails, and what was not
 * on the disk by then is gone. Healing checks and mends the file system and starts the broker anew.
 */
import type { Fault, NodeTarget } from '../model/fault.ts'
import type { DiskOptions } from './own-disks.ts'
import { newLife, refuseWrites } from './refusing-disks.ts'

export const failDisk = (target: NodeTarget, options: DiskOptions = {}): Fault => refuseWrites(target, {
  ...options,
  verb: 'fail',
  what: 'read-only-disk',
  refusal: 'read-only',
  said: 'Read-only file system',
  act: async ({ disks }) => { await Promise.all(disks.map(disk => disk.fail())) },
  mend: ({ node, disks }) => newLife(node, () => Promise.all(disks.map(disk => disk.repair())))
})
