/**
 * Takes from nodes all that is on their disks: they are killed, and healing starts them with empty ones, as when a disk is exchanged or a
 * volume lost. What only they had is gone for good. It bit if they were killed, and their log directories hold nothing.
 */
import type { Node } from '../model/cluster.ts'
import type { Bite, Fault, NodeTarget } from '../model/fault.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { wasKilled } from './exit-codes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { refuseWithoutDisks } from './own-disks.ts'
import { refuseIfEnded } from './running.ts'

export const wipe = (target: NodeTarget): Fault => ({
  description: `wipe the disks of ${target.description}`,
  what: 'wipe',
  needs: ['disks'],
  prepare: async (subject, random) => {
    const nodes = await target.choose(subject, random)
    refuseWithoutDisks(nodes)
    if (nodes.length >= subject.cluster.nodes.filter(({ disks }) => disks.length > 0).length) {
      throw new Error('`wipe` was to hit every node that has a disk; it spares one: of what is gone everywhere no contract speaks.')
    }

    return {
      ...hitNodes(target, subject, nodes),
      strike: async begun => {
        await refuseIfEnded(nodes)
        begun?.()
        await allOrNone(nodes, { act: killAndWipe, undo: node => node.start(), failed: 'nodes could not be wiped' })
        const found = allBitten(await Promise.all(nodes.map(bitten)))

        return {
          bite: () => Promise.resolve(found),
          [Symbol.asyncDispose]: async () => {
            await Promise.all(nodes.map(node => node.start()))
          }
        }
      }
    }
  }
})

const killAndWipe = async (node: Node): Promise<void> => {
  await node.kill()
  for (const disk of node.disks) await disk.wipe()
}

const bitten = async (node: Node): Promise<Bite> => {
  const { status, exitCode } = await node.state()
  const name = describeNodes([node])
  if (status !== 'exited' || !wasKilled(exitCode)) return { bit: false, evidence: `${name}: ${status === 'exited' ? `exit ${exitCode}` : `still ${status}`}` }
  const blank = await Promise.all(node.disks.map(disk => disk.isBlank()))
  const left = node.disks.filter((_, index) => !blank[index]).map(({ number }) => number)

  return left.length === 0
    ? { bit: true, evidence: `${name}: exit ${exitCode}, and nothing is left in its log directories` }
    : { bit: false, evidence: `${name}: exit ${exitCode}, and disk ${left.join(' and ')} still holds files` }
}
