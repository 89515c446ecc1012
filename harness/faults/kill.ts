/** Stops nodes with SIGKILL: no flush, no controlled shutdown. Healing starts them again with the data that they had. */
import { messageOf } from '../model/errors.ts'
import type { Node } from '../model/cluster.ts'
import type { Bite, Fault, Injection, NodeTarget } from '../model/fault.ts'
import { describeNodes } from './describe-nodes.ts'
import { roleOf } from './role-of.ts'

export const kill = (target: NodeTarget): Fault => ({
  description: `kill ${target.description}`,
  what: 'kill',
  needs: [],
  prepare: async (subject, random) => {
    const nodes = await target.choose(subject, random)

    return {
      whom: describeNodes(nodes),
      brokers: nodes.map(node => node.id),
      clients: [],
      ...roleOf(target, subject, nodes),
      strike: async () => {
        const start = subject.now()
        await killAll(nodes)

        return killed(nodes, { goneInMs: (subject.now() - start) / 1000 })
      }
    }
  }
})

/** All nodes or none: a blow that fails half-way is undone before it is reported. */
const killAll = async (nodes: readonly Node[]): Promise<void> => {
  const failed = (await Promise.allSettled(nodes.map(node => node.kill()))).filter(result => result.status === 'rejected')
  if (failed.length === 0) return

  await Promise.allSettled(nodes.map(node => node.start()))
  throw new Error(`${failed.length} of ${nodes.length} nodes could not be killed: ${failed.map(({ reason }) => messageOf(reason)).join('; ')}`)
}

const killed = (nodes: readonly Node[], { goneInMs }: { readonly goneInMs: number }): Injection => ({
  bite: async () => {
    const found = await Promise.all(nodes.map(node => bitten(node)))

    return {
      bit: found.every(bite => bite.bit),
      evidence: `${found.map(bite => bite.evidence).join('; ')}; gone in ${Math.round(goneInMs)} ms`
    }
  },
  [Symbol.asyncDispose]: async () => {
    await Promise.all(nodes.map(node => node.start()))
  }
})

/** 137 is 128 + SIGKILL: the process did not end in any other way. */
const bitten = async (node: Node): Promise<Bite> => {
  const { status, exitCode } = await node.state()

  return status === 'exited'
    ? { bit: exitCode === 137, evidence: `${describeNodes([node])}: exit ${exitCode}` }
    : { bit: false, evidence: `${describeNodes([node])}: still ${status}` }
}
