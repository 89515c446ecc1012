/**
 * What all faults share under which a disk refuses what is written to it. Kafka takes the log directory out of service and goes on with
 * its others, or ends itself where it has none left; so healing mends the disk and starts a new life in either case.
 *
 * That it bit is shown by a write in the broker's place, refused for the reason that was asked for, and before healing by the
 * broker itself, which must have met it: its log says so.
 */
import type { Node } from '../model/cluster.ts'
import type { Bite, Fault, Injection, Moment, NodeTarget } from '../model/fault.ts'
import type { WriteAttempt } from '../model/own-disk.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { describeDirectory, disksOf, type DiskOptions, type DisksOfNode } from './own-disks.ts'
import { refuseUnlessRunning } from './running.ts'

export interface RefusingDisk extends DiskOptions {
  /** `fill`, to be read before "the disk of the leader of orders". */
  readonly verb: string
  readonly what: string
  readonly act: (disks: DisksOfNode) => Promise<void>
  /** Makes the disks as good as before; the node runs afterwards, in a new life. Idempotent. */
  readonly mend: (disks: DisksOfNode) => Promise<void>
  /** How a write ends under it, */
  readonly refusal: WriteAttempt['ending']
  /** and what the broker's log then says. */
  readonly said: string
}

export const refuseWrites = (target: NodeTarget, fault: RefusingDisk): Fault => ({
  description: `${fault.verb} the ${describeDirectory(fault)} of ${target.description}`,
  what: fault.what,
  needs: ['disks'],
  prepare: async (subject, random) => {
    const nodes = await target.choose(subject, random)
    const chosen = disksOf(nodes, fault)

    return {
      ...hitNodes(target, subject, nodes),
      strike: async begun => {
        await refuseUnlessRunning(nodes)
        const known = await Promise.all(chosen.map(async disks => ({ ...disks, saidBefore: await timesSaid(disks.node, fault) })))
        begun?.()

        return struck(fault, await strikeAll(known, fault))
      }
    }
  }
})

interface Struck extends DisksOfNode {
  /** How often the broker's log had said it before. */
  readonly saidBefore: number
}

const strikeAll = (chosen: readonly Struck[], fault: RefusingDisk): Promise<readonly Struck[]> => allOrNone(chosen, {
  act: async disks => {
    await fault.act(disks)

    return disks
  },
  undo: fault.mend,
  failed: 'nodes\' disks could not be made to refuse'
})

const struck = (fault: RefusingDisk, all: readonly Struck[]): Injection => {
  let mended: Promise<unknown> | undefined

  return {
    bite: async moment => allBitten(await Promise.all(all.map(one => bitten(fault, one, moment)))),
    [Symbol.asyncDispose]: async () => {
      // Once: a second mending would end the new life.
      mended ??= Promise.all(all.map(fault.mend))
      await mended
    }
  }
}

const lastLines = { last: 20_000 }

const timesSaid = async (node: Node, { said }: RefusingDisk): Promise<number> => (await node.log(lastLines)).split(said).length - 1

const bitten = async (fault: RefusingDisk, { node, disks, saidBefore }: Struck, moment: Moment): Promise<Bite> => {
  const attempts = await Promise.all(disks.map(async disk => ({ number: disk.number, ...await disk.tryWrite({ bytes: 64 * 1024 }) })))
  const { status, exitCode } = await node.state()
  const times = await timesSaid(node, fault) - saidBefore
  const met = times > 0 ? `Kafka met "${fault.said}"` : `Kafka has not met "${fault.said}"`
  const name = describeNodes([node])
  if (status === 'exited') return { bit: times > 0, evidence: `${name}: exit ${exitCode}, ${met}` }

  const others = attempts.filter(({ ending }) => ending !== fault.refusal)
  if (others.length > 0) return { bit: false, evidence: `${name}: ${others.map(({ number, ending }) => `a write to disk ${number} ended as ${ending}`).join(', ')}; ${met}` }

  return {
    bit: moment === 'struck' || times > 0,
    evidence: `${name}: a write to disk ${attempts.map(({ number }) => number).join(' and ')} is refused (${fault.refusal})${moment === 'struck' && times === 0 ? '' : `; ${met}`}`
  }
}

/** Ends a life that still goes on, and begins a new one. What ends it is a controlled shutdown where the broker is able to. */
export const newLife = async (node: Node, between: () => Promise<unknown>): Promise<void> => {
  const { status } = await node.state()
  if (status === 'paused') await node.unpause()
  if (status !== 'exited') await node.stop()
  await between()
  await node.start()
}
