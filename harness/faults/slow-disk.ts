/**
 * Lets brokers write to their disks only so fast. It is felt where a broker waits for its disk: by each flush (`flush.messages`,
 * `flush.ms`), and hardly by what the system writes later of its own accord.
 *
 * That it bit is shown by a write in the broker's place, flushed, that would take a second at that pace: it must take half of it at
 * least, and as much longer than the same write took before.
 */
import type { Bite, Fault, NodeTarget } from '../model/fault.ts'
import type { OwnDisk } from '../model/own-disk.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { disksOf } from './own-disks.ts'
import { refuseUnless } from './refusals.ts'
import { refuseUnlessRunning } from './running.ts'

export interface SlowDiskOptions {
  /** A kilobyte is 1000 bytes. 20 to 20,000. */
  readonly kilobytesPerSecond: number
}

const least = 20
const most = 20_000
const provenFromMs = 500

export const slowDisk = (target: NodeTarget, { kilobytesPerSecond }: SlowDiskOptions): Fault => {
  refuseUnless(Number.isInteger(kilobytesPerSecond) && kilobytesPerSecond >= least && kilobytesPerSecond <= most,
    `\`slowDisk\` is asked for ${kilobytesPerSecond} kB/s; it takes a whole number from ${least} to ${most}`)
  const oneSecond = { bytes: kilobytesPerSecond * 1000 }

  return {
    description: `slow the disk of ${target.description} to ${kilobytesPerSecond} kB/s`,
    what: 'slow-disk',
    needs: ['disks'],
    prepare: async (subject, random) => {
      const nodes = await target.choose(subject, random)
      const chosen = disksOf(nodes, {}).flatMap(({ node, disks }) => disks.map(disk => ({ node, disk })))
      const before = await Promise.all(chosen.map(async one => ({ ...one, beforeMs: (await one.disk.tryWrite(oneSecond)).milliseconds })))

      return {
        ...hitNodes(target, subject, nodes),
        strike: async () => {
          await refuseUnlessRunning(nodes)
          const limits = await allOrNone(before, {
            act: ({ disk }) => disk.throttle({ kilobytesPerSecond }),
            undo: async (_, limit) => limit?.[Symbol.asyncDispose](),
            failed: 'disks could not be slowed'
          })

          return {
            bite: async () => allBitten(await Promise.all(before.map(one => bitten(describeNodes([one.node]), one, oneSecond)))),
            [Symbol.asyncDispose]: async () => {
              await Promise.all(limits.map(limit => limit[Symbol.asyncDispose]()))
            }
          }
        }
      }
    }
  }
}

interface Timed {
  readonly disk: OwnDisk
  readonly beforeMs: number
}

const bitten = async (name: string, { disk, beforeMs }: Timed, file: { readonly bytes: number }): Promise<Bite> => {
  const { ending, milliseconds } = await disk.tryWrite(file)
  const took = `${Math.round(file.bytes / 1000)} kB took ${Math.round(beforeMs)} ms before, and ${Math.round(milliseconds)} ms now`
  if (ending !== 'written') return { bit: false, evidence: `${name}: a write to disk ${disk.number} ended as ${ending}` }

  return { bit: milliseconds >= beforeMs + provenFromMs, evidence: `${name}: on disk ${disk.number} ${took}` }
}
