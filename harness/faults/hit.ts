/** What every fault says of whom it hits, and of what came of several at once. */
import type { ClientProcess, Node, Subject } from '../model/cluster.ts'
import type { Bite, NodeTarget, PreparedFault } from '../model/fault.ts'
import { describeNodes } from './describe-nodes.ts'
import { roleOf } from './role-of.ts'

export const hitNodes = (target: NodeTarget, subject: Subject, nodes: readonly Node[]): Omit<PreparedFault, 'strike' | 'links'> => ({
  whom: describeNodes(nodes),
  brokers: nodes.map(({ id }) => id),
  clients: [],
  ...roleOf(target, subject, nodes)
})

export const hitClients = (clients: readonly ClientProcess[]): Omit<PreparedFault, 'strike' | 'links' | 'role'> => {
  const names = clients.map(({ name }) => name)

  return { whom: names.join(', '), brokers: [], clients: names }
}

/** A fault bit only if it bit all whom it hit. `nobody`: what is said where there was none to hit, which is no bite. */
export const allBitten = (found: readonly Bite[], nobody = 'no node was chosen'): Bite =>
  ({ bit: found.length > 0 && found.every(({ bit }) => bit), evidence: found.map(({ evidence }) => evidence).join('; ') || nobody })
