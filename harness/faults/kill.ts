/** Stops nodes with SIGKILL: no flush, no controlled shutdown. Healing starts them again with the data that they had. */
import type { Node, Subject } from '../model/cluster.ts'
import type { Bite, Fault, Injection, NodeTarget, Role } from '../model/fault.ts'
import { allOrNone } from './all-or-none.ts'
import { describeNodes } from './describe-nodes.ts'
import { wasKilled } from './exit-codes.ts'
import { allBitten, hitNodes } from './hit.ts'
import { refuseIfEnded } from './running.ts'

export interface KillOptions {
  /** A run whose kills all struck while no commit of a transaction was waited for proves nothing. Default false. */
  readonly inMidCommit?: boolean
}

export const kill = (target: NodeTarget, { inMidCommit = false }: KillOptions = {}): Fault => ({
  description: `kill ${target.description}`,
  what: 'kill',
  needs: [],
  ...inMidCommit ? { demands: 'mid-commit' } : {},
  prepare: async (subject, random) => {
    const nodes = await target.choose(subject, random)
    const transactionalIds = inMidCommit ? await target.coordinated?.(subject, nodes) : undefined

    return {
      ...hitNodes(target, subject, nodes),
      ...transactionalIds === undefined ? {} : { transactionalIds, role: () => stillCoordinated(target, subject, { nodes, transactionalIds }) },
      strike: async begun => {
        await refuseIfEnded(nodes)
        begun?.()
        const start = subject.now()
        await allOrNone(nodes, { act: node => node.kill(), undo: node => node.start(), failed: 'nodes could not be killed' })

        return killed(nodes, { goneInMs: (subject.now() - start) / 1000 })
      }
    }
  }
})

interface Coordinators {
  readonly nodes: readonly Node[]
  readonly transactionalIds: readonly string[]
}

/** All that they coordinated when they were chosen, or a commit elsewhere would pass for one of theirs. */
const stillCoordinated = async (target: NodeTarget, subject: Subject, { nodes, transactionalIds }: Coordinators): Promise<Role> => {
  const now = await target.coordinated?.(subject, nodes) ?? []
  const gone = transactionalIds.filter(id => !now.includes(id))

  return {
    held: transactionalIds.length > 0 && gone.length === 0,
    evidence: `${describeNodes(nodes)} coordinated ${now.join(', ') || 'no transactions'}${gone.length > 0 ? `, and no more ${gone.join(', ')}` : ''}`
  }
}

const killed = (nodes: readonly Node[], { goneInMs }: { readonly goneInMs: number }): Injection => ({
  bite: async () => {
    const { bit, evidence } = allBitten(await Promise.all(nodes.map(node => bitten(node))))

    return { bit, evidence: `${evidence}; gone in ${Math.round(goneInMs)} ms` }
  },
  [Symbol.asyncDispose]: async () => {
    await Promise.all(nodes.map(node => node.start()))
  }
})

/** The process did not end in any other way. */
const bitten = async (node: Node): Promise<Bite> => {
  const { status, exitCode } = await node.state()

  return status === 'exited'
    ? { bit: wasKilled(exitCode), evidence: `${describeNodes([node])}: exit ${exitCode}` }
    : { bit: false, evidence: `${describeNodes([node])}: still ${status}` }
}
