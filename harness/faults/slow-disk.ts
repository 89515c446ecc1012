/**
 * Lets brokers write to their disks only so fast. It is felt where a broker waits for its disk: by each flush (`flush.messages`,
 * `flush.ms`), and hardly by what the system writes later of its own accord.
 *
 * That it bit is shown by a write in the broker's place, flushed, that would take a second at that pace: it must take half a second
 * longer than the same write took before, and than one takes at the same time on a disk that was left alone. A machine whose disks are all
 * slow proves nothing, so one node at least is spared.
 */
import type { Node } from '../model/cluster.ts'
import type { Bite, Fault, NodeTarget } from '../model/fault.ts'
import type { OwnDisk, WriteAttempt } from '../model/own-disk.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { disksOf } from './own-disks.ts'
import { onlyOnce } from './only-once.ts'
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
    needs: ['disks', 'throttle'],
    prepare: async (subject, random) => {
      const nodes = await target.choose(subject, random)
      const chosen = placesOn(nodes)
      const spared = placesOn(subject.cluster.nodes.filter(({ id, disks }) => disks.length > 0 && !nodes.some(node => node.id === id)))
      if (spared.length === 0) throw new Error('`slowDisk` was to hit every node that has a disk; it spares one, whose disk shows how fast an undisturbed one is.')
      const lookBefore = onlyOnce(() => Promise.all(chosen.map(async one => ({ ...one, beforeMs: (await one.disk.tryWrite(oneSecond)).milliseconds }))))

      return {
        ...hitNodes(target, subject, nodes),
        lookBefore,
        strike: async begun => {
          const before = await lookBefore()
          await refuseUnlessRunning(nodes)
          begun?.()
          const limits = await allOrNone(before, {
            act: ({ disk }) => disk.throttle({ kilobytesPerSecond }),
            undo: async (_, limit) => limit?.[Symbol.asyncDispose](),
            failed: 'disks could not be slowed'
          })

          return {
            bite: async () => {
              const [quickest, now] = await Promise.all([quickestOf(spared, oneSecond), Promise.all(before.map(one => timedNow(one, oneSecond)))])

              return allBitten(now.map(one => bitten(one, { quickest, file: oneSecond })))
            },
            [Symbol.asyncDispose]: async () => {
              await Promise.all(limits.map(limit => limit[Symbol.asyncDispose]()))
            }
          }
        }
      }
    }
  }
}

interface Place {
  readonly node: Node
  readonly disk: OwnDisk
}

const placesOn = (nodes: readonly Node[]): readonly Place[] => disksOf(nodes, {}).flatMap(({ node, disks }) => disks.map(disk => ({ node, disk })))

interface Timed extends Place {
  readonly beforeMs: number
  readonly now: WriteAttempt
}

interface File {
  readonly bytes: number
}

const timedNow = async (one: Omit<Timed, 'now'>, file: File): Promise<Timed> => ({ ...one, now: await one.disk.tryWrite(file) })

/** Of several one may have died, or be slowed by another fault: that one of them is quick is enough. */
const quickestOf = async (spared: readonly Place[], file: File): Promise<(Place & { readonly milliseconds: number }) | undefined> => {
  const tried = await Promise.all(spared.map(async place => ({ ...place, ...await place.disk.tryWrite(file) })))

  return tried.filter(({ ending }) => ending === 'written').toSorted((one, other) => one.milliseconds - other.milliseconds)[0]
}

const bitten = ({ node, disk, beforeMs, now }: Timed, { quickest, file }: { readonly quickest: Awaited<ReturnType<typeof quickestOf>>, readonly file: File }): Bite => {
  const name = describeNodes([node])
  if (now.ending !== 'written') return { bit: false, evidence: `${name}: a write to disk ${disk.number} ended as ${now.ending}` }
  const took = `${name}: on disk ${disk.number} ${Math.round(file.bytes / 1000)} kB took ${Math.round(beforeMs)} ms before, and ${Math.round(now.milliseconds)} ms now`
  if (quickest === undefined) return { bit: false, evidence: `${took}; no disk that was left alone could be compared with it` }

  return {
    bit: now.milliseconds >= Math.max(beforeMs, quickest.milliseconds) + provenFromMs,
    evidence: `${took}, when ${describeNodes([quickest.node])}, left alone, took ${Math.round(quickest.milliseconds)} ms`
  }
}
