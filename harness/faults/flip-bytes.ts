/**
 * Flips a bit in the newest batch of each partition of a topic that nodes hold: in the last value of the batch, if it is not compressed.
 * The disk says nothing of it; only who compares the batch with its checksum (CRC-32C) can tell. Healing puts the bit back where the
 * batch still lies there.
 *
 * That it bit is shown by the segment itself, read again: the batch does not match its checksum, as it did before.
 */
import type { Node } from '../model/cluster.ts'
import { crc32c } from '../model/crc32c.ts'
import type { Bite, Fault, NodeTarget } from '../model/fault.ts'
import type { OwnDisk } from '../model/own-disk.ts'
import { readBatches } from '../model/record-batches.ts'
import type { TopicPlan } from '../model/topic.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { disksOf } from './own-disks.ts'

export interface FlipBytesOptions {
  readonly of: TopicPlan
}

export const flipBytes = (target: NodeTarget, { of: topic }: FlipBytesOptions): Fault => ({
  description: `flip bytes of ${topic.name} on ${target.description}`,
  what: 'flipped-bytes',
  needs: ['disks'],
  prepare: async (subject, random) => {
    const nodes = await target.choose(subject, random)
    const chosen = disksOf(nodes, {})

    return {
      ...hitNodes(target, subject, nodes),
      strike: async begun => {
        const newest = (await Promise.all(chosen.flatMap(({ node, disks }) => disks.map(disk => newestBatches(node, disk, topic))))).flat()
        const missing = nodes.filter(node => !newest.some(batch => batch.node === node))
        if (missing.length > 0) throw new Error(`${describeNodes(missing)}: no batch of ${topic.name} on a disk of its own.`)
        begun?.()
        const flips = await allOrNone(newest, { act: flip, undo: (batch, done) => unflip(done ?? flipOf(batch)), failed: 'batches could not be damaged' })

        return {
          bite: async () => allBitten(await Promise.all(flips.map(bitten))),
          [Symbol.asyncDispose]: async () => {
            await Promise.all(flips.map(unflip))
          }
        }
      }
    }
  }
})

/** A batch in its place. */
interface Batch {
  readonly node: Node
  readonly disk: OwnDisk
  readonly path: string
  readonly at: number
  readonly bytes: Buffer
}

const newestBatches = async (node: Node, disk: OwnDisk, { name, partitions }: TopicPlan): Promise<readonly Batch[]> => {
  const files = await disk.list(Array.from({ length: partitions }, (_, partition) => `${name}-${partition}`))
  const segments = files.filter(({ path, bytes }) => /\/\d{20}\.log$/.test(path) && bytes > 0)
  const last = [...Map.groupBy(segments, ({ path }) => path.slice(0, path.lastIndexOf('/'))).values()]
    .flatMap(ofPartition => ofPartition.toSorted((one, other) => one.path.localeCompare(other.path)).slice(-1))

  return (await Promise.all(last.map(async ({ path, bytes }) => {
    const batch = lastBatchIn(await disk.read(path, { from: 0, bytes }))

    return batch === undefined ? [] : [{ node, disk, path, ...batch }]
  }))).flat()
}

const lengthAt = 8
const lengthEnd = 12

/** The last one that is whole. */
const lastBatchIn = (segment: Buffer): Pick<Batch, 'at' | 'bytes'> | undefined => {
  let last: Pick<Batch, 'at' | 'bytes'> | undefined
  for (let at = 0; at + lengthEnd <= segment.length;) {
    const end = at + lengthEnd + segment.readInt32BE(at + lengthAt)
    if (end <= at + lengthEnd || end > segment.length) break
    last = { at, bytes: segment.subarray(at, end) }
    at = end
  }

  return last
}

interface Flip extends Batch {
  readonly flipped: Buffer
}

/** The byte before the batch's last, which says that the last record has no headers. */
const flipOf = (batch: Batch): Flip => {
  const flipped = Buffer.from(batch.bytes)
  const place = flipped.length - 2
  flipped[place] = (flipped[place] ?? 0) ^ 1

  return { ...batch, flipped }
}

const flip = async (batch: Batch): Promise<Flip> => {
  const flipped = flipOf(batch)
  await batch.disk.overwrite(batch.path, { at: batch.at, bytes: flipped.flipped })

  return flipped
}

/** Where it has been cut off, deleted or fetched anew meanwhile, nothing is to be put back. */
const unflip = async (flipped: Flip): Promise<void> => {
  const { disk, path, at, bytes } = flipped
  if ((await bytesNow(flipped))?.equals(flipped.flipped)) await disk.overwrite(path, { at, bytes })
}

/** Undefined: the segment is not there any more. */
const bytesNow = async ({ disk, path, at, bytes }: Flip): Promise<Buffer | undefined> => {
  const files = await disk.list([path.slice(0, path.lastIndexOf('/'))])

  return files.some(file => file.path === path) ? disk.read(path, { from: at, bytes: bytes.length }) : undefined
}

const bitten = async (flipped: Flip): Promise<Bite> => {
  const now = await bytesNow(flipped)
  const name = `${describeNodes([flipped.node])}: ${flipped.path}`
  if (!isIntact(flipped.bytes)) return { bit: false, evidence: `${name}: the batch at byte ${flipped.at} was damaged before` }
  if (now === undefined || !now.equals(flipped.flipped)) return { bit: false, evidence: `${name}: the batch at byte ${flipped.at} is not as it was left` }
  if (isIntact(now)) return { bit: false, evidence: `${name}: the batch at byte ${flipped.at} still matches its checksum` }

  return { bit: true, evidence: `${name}: the batch at offset ${Number(now.readBigInt64BE(0))} does not match its checksum` }
}

const isIntact = (batch: Buffer): boolean => {
  const { damaged, nextOffset } = readBatches(batch, { codecs: { checksum: crc32c, decompress: () => Buffer.alloc(0) } })

  return nextOffset !== undefined && damaged === 0
}
