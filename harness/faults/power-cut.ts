/**
 * Cuts the power of nodes: what the system had not written to their disks yet is gone. All of them stand still at once, what their
 * disks hold at that moment is kept, and when they have been killed it is put back; only what Kafka had flushed, or the system had
 * written of itself, is there when healing starts them again. A kill alone loses nothing: the system goes on writing.
 *
 * That it bit is shown by the process, which was killed, and by its disks: they were put back, and their file systems are as
 * one is that was in use when the power went, which an end of the process alone never leaves.
 *
 * A disk that could not be put back, or only in part, is no proof; but what the others lost is gone, so that the fault is in force then
 * and counts for what is judged.
 */
import type { Node } from '../model/cluster.ts'
import { messageOf } from '../model/errors.ts'
import type { Bite, Fault, NodeTarget } from '../model/fault.ts'
import type { DiskSnapshot, OwnDisk } from '../model/own-disk.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { wasKilled } from './exit-codes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { refuseWithoutDisks } from './own-disks.ts'
import { refuseUnlessRunning } from './running.ts'

export const powerCut = (target: NodeTarget): Fault => ({
  description: `cut the power of ${target.description}`,
  what: 'power-cut',
  needs: ['pause', 'disks'],
  prepare: async (subject, random) => {
    const nodes = await target.choose(subject, random)
    refuseWithoutDisks(nodes)

    return {
      ...hitNodes(target, subject, nodes),
      // Checkers compare them with a partition's replicas: a controller is none.
      brokers: nodes.filter(({ roles }) => roles.includes('broker')).map(({ id }) => id),
      strike: async begun => {
        await refuseUnlessRunning(nodes)
        begun?.()
        const cuts = await cutPower(nodes)

        return {
          bite: async () => allBitten(await Promise.all(cuts.map(bitten))),
          [Symbol.asyncDispose]: () => startAll(nodes)
        }
      }
    }
  }
})

/** What a cut did to a node. */
interface Cut {
  readonly node: Node
  /** By how much its disks differed, when it had ended, from what they held when the power went. */
  readonly lostBytes: number
  /** Why disks of it could not be put back. */
  readonly failures: readonly string[]
}

const startAll = async (nodes: readonly Node[]): Promise<void> => {
  await Promise.all(nodes.map(node => node.start()))
}

const cutPower = async (nodes: readonly Node[]): Promise<readonly Cut[]> => {
  const taken: DiskSnapshot[] = []
  try {
    await allOrNone(nodes, { act: node => node.pause(), undo: node => node.unpause(), failed: 'nodes could not be paused' })
    const held = await allOrNone(nodes, { act: node => snapshotsOf(node, taken), undo: () => Promise.resolve(), failed: 'nodes\' disks could not be kept' })
    await allOrNone(nodes, { act: node => node.kill(), undo: node => node.start(), failed: 'nodes could not be killed' })

    return await Promise.all(held.map(putBack))
  } catch (error) {
    await Promise.allSettled(nodes.map(node => node.start()))
    throw error
  } finally {
    await Promise.allSettled(taken.map(snapshot => snapshot.remove()))
  }
}

interface Held {
  readonly node: Node
  readonly snapshots: readonly DiskSnapshot[]
}

const snapshotsOf = async (node: Node, taken: DiskSnapshot[]): Promise<Held> => {
  const snapshots = await Promise.all(node.disks.map(async disk => {
    const snapshot = await disk.snapshot()
    taken.push(snapshot)

    return snapshot
  }))

  return { node, snapshots }
}

const putBack = async ({ node, snapshots }: Held): Promise<Cut> => {
  const put = await Promise.allSettled(snapshots.map(snapshot => snapshot.putBack()))

  return {
    node,
    lostBytes: put.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value.bytes : 0), 0),
    failures: put.flatMap(result => result.status === 'rejected' ? [messageOf(result.reason)] : [])
  }
}

const bitten = async ({ node, lostBytes, failures }: Cut): Promise<Bite> => {
  const { status, exitCode } = await node.state()
  const name = describeNodes([node])
  if (failures.length > 0) return { bit: false, evidence: `${name}: its disk was not put back, or only in part: ${failures.join('; ')}` }
  if (status !== 'exited') return { bit: false, evidence: `${name}: still ${status}` }
  if (!wasKilled(exitCode)) return { bit: false, evidence: `${name}: exit ${exitCode}, before the power went` }
  const orderly = await orderlyDisks(node.disks)
  if (orderly.length > 0) return { bit: false, evidence: `${name}: its file system on disk ${orderly.join(' and ')} was left in order, as no power cut leaves it` }

  return { bit: true, evidence: `${name}: exit ${exitCode}, its disk put back to the moment of the cut (${inMegabytes(lostBytes)} MB differed)` }
}

const orderlyDisks = async (disks: readonly OwnDisk[]): Promise<readonly number[]> => {
  const found = await Promise.all(disks.map(async disk => ({ number: disk.number, unclean: await disk.isUnclean() })))

  return found.filter(({ unclean }) => !unclean).map(({ number }) => number)
}

const inMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)
