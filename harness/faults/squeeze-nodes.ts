/**
 * What limits of nodes share: all of the nodes are limited or none; the limit must still be there before it is lifted, and must have
 * been felt by then. Healing lifts it, and starts again whom the kernel ended for want of memory.
 */
import type { Limit, Node, NodeStrain, Squeeze } from '../model/cluster.ts'
import type { Bite, Fault, Moment, NodeTarget } from '../model/fault.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { refuseUnlessRunning } from './running.ts'

export interface NodeSqueeze {
  /** To be read after "squeeze broker 2 ": `into 0.2 cores`. */
  readonly into: string
  readonly what: string
  readonly limit: Limit
  /** How often the limit was felt, in words: `it had used up its share in 83 periods of the scheduler`. */
  readonly felt: (refusals: number) => string
  readonly notFelt: string
}

export const squeezeNodes = (target: NodeTarget, squeeze: NodeSqueeze): Fault => ({
  description: `squeeze ${target.description} ${squeeze.into}`,
  what: squeeze.what,
  needs: ['limits'],
  prepare: async (subject, random) => {
    const nodes = await target.choose(subject, random)

    return {
      ...hitNodes(target, subject, nodes),
      strike: async begun => {
        await refuseUnlessRunning(nodes)
        begun?.()
        const squeezed = await allOrNone(nodes, {
          act: async node => ({ node, held: await node.squeeze(squeeze.limit) }),
          undo: async (_, done) => done?.held[Symbol.asyncDispose](),
          failed: 'nodes could not be squeezed'
        })

        return {
          bite: async moment => allBitten(await Promise.all(squeezed.map(one => lookAt(one, squeeze, moment)))),
          [Symbol.asyncDispose]: async () => {
            await Promise.all(squeezed.map(lift))
          }
        }
      }
    }
  }
})

interface Squeezed {
  readonly node: Node
  readonly held: Squeeze
}

/** Whom another fault has ended, that fault starts again. */
const lift = async ({ node, held }: Squeezed): Promise<void> => {
  await held[Symbol.asyncDispose]()
  const { status, outOfMemory } = await node.state()
  if (status === 'exited' && outOfMemory) await node.start()
}

const lookAt = async ({ node, held }: Squeezed, squeeze: NodeSqueeze, moment: Moment): Promise<Bite> => {
  const name = describeNodes([node])
  const { status, exitCode, outOfMemory } = await node.state()
  if (status === 'exited') {
    return squeeze.limit.kind === 'memory' && outOfMemory === true
      ? { bit: true, evidence: `${name}: the kernel ended it for want of memory (exit ${exitCode})` }
      : { bit: false, evidence: `${name}: it has exited (${exitCode}), and not for want of memory` }
  }
  const { bit, evidence } = feltBy(await held.strain(), squeeze, moment)

  return { bit, evidence: `${name}: ${evidence}` }
}

/** At the blow it cannot have been felt yet: that the limit is there must do until it is healed. */
const feltBy = ({ inForce, refusals, usedMegabytes }: NodeStrain, { into, limit, felt, notFelt }: NodeSqueeze, moment: Moment): Bite => {
  if (!inForce) return { bit: false, evidence: `it is not squeezed ${into}, or no longer` }
  if (moment === 'struck') return { bit: true, evidence: `squeezed ${into}` }
  if (refusals !== undefined && refusals > 0) return { bit: true, evidence: felt(refusals) }
  // Not every kernel counts refusals of memory; what is full has had to give some back.
  if (limit.kind === 'memory' && usedMegabytes !== undefined && limit.megabytes - usedMegabytes <= slackMegabytes) {
    return { bit: true, evidence: `is full: ${usedMegabytes.toFixed(1)} of its ${limit.megabytes} MB are in use` }
  }

  return { bit: false, evidence: refusals === undefined && usedMegabytes === undefined ? 'nobody counted what was refused to it' : notFelt }
}

/** The kernel gives and takes memory in lots, so that a full limit is not used to the last byte. */
const slackMegabytes = 3
