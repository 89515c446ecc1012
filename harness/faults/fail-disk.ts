/**
 * Fails the disk of a log directory: its file system meets an error and becomes read-only, as on hardware that fails, and what was not
 * on the disk by then is gone: so one broker at least is spared. Healing checks and mends the file system and starts the broker anew.
 */
import type { Fault, NodeTarget } from '../model/fault.ts'
import type { DiskOptions } from './own-disks.ts'
import { newLife, refuseWrites } from './refusing-disks.ts'

export const failDisk = (target: NodeTarget, options: DiskOptions = {}): Fault => refuseWrites(sparingOne(target), {
  ...options,
  verb: 'fail',
  what: 'read-only-disk',
  refusal: 'read-only',
  said: 'Read-only file system',
  act: async ({ disks }) => { await Promise.all(disks.map(disk => disk.fail())) },
  mend: ({ node, disks }) => newLife(node, () => Promise.all(disks.map(disk => disk.repair())))
})

/**
 * With the disks of all replicas, what was acknowledged and not yet on a disk would be lost: that is a power cut, and judged as one. The only
 * replica of a topic is promised nothing.
 */
const sparingOne = (target: NodeTarget): NodeTarget => ({
  ...target,
  choose: async (subject, random) => {
    const chosen = await target.choose(subject, random)
    const brokers = subject.cluster.nodes.filter(({ roles }) => roles.includes('broker')).length
    if (brokers > 1 && chosen.length >= brokers) throw new Error(`\`failDisk\` was to hit all ${brokers} brokers; it hits fewer, and \`powerCut\` is what hits all.`)

    return chosen
  }
})
