/** Stops nodes with SIGTERM: a controlled shutdown, which moves leadership away first. Healing starts them again. */
import type { Node } from '../model/cluster.ts'
import type { Bite, Fault, NodeTarget } from '../model/fault.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { endedByItself } from './exit-codes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { refuseUnlessRunning } from './running.ts'

export const stop = (target: NodeTarget): Fault => ({
  description: `stop ${target.description}`,
  what: 'stop',
  needs: [],
  prepare: async (subject, random) => {
    const nodes = await target.choose(subject, random)

    return {
      ...hitNodes(target, subject, nodes),
      strike: async begun => {
        await refuseUnlessRunning(nodes)
        begun?.()
        const stopped = await allOrNone(nodes, {
          act: async node => {
            const start = subject.now()
            await node.stop()

            return { node, tookMs: (subject.now() - start) / 1000 }
          },
          undo: node => node.start(),
          failed: 'nodes could not be stopped'
        })

        return {
          bite: async () => allBitten(await Promise.all(stopped.map(bitten))),
          [Symbol.asyncDispose]: async () => {
            await Promise.all(nodes.map(node => node.start()))
          }
        }
      }
    }
  }
})

interface Stopped {
  readonly node: Node
  readonly tookMs: number
}

const bitten = async ({ node, tookMs }: Stopped): Promise<Bite> => {
  const { status, exitCode } = await node.state()
  const name = describeNodes([node])
  if (status !== 'exited') return { bit: false, evidence: `${name}: still ${status}` }
  const evidence = `${name}: exit ${exitCode} after ${Math.round(tookMs)} ms`

  return endedByItself(exitCode) ? { bit: true, evidence } : { bit: false, evidence: `${evidence}: it did not shut down by itself` }
}
