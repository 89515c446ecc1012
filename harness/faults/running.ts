/** Whom another fault has killed, stopped or paused cannot be hit by a fault that takes a node's life or its progress. */
import type { Node, NodeState } from '../model/cluster.ts'
import { describeNodes } from './describe-nodes.ts'

/** Throws, before anything is done to anybody, unless all of the nodes run. */
export const refuseUnlessRunning = (nodes: readonly Node[]): Promise<void> => refuse(nodes, status => status !== 'running', 'runs')

/** As above, but that one which is paused will do: it can still be killed. */
export const refuseIfEnded = (nodes: readonly Node[]): Promise<void> => refuse(nodes, status => status === 'exited', 'has not ended')

const refuse = async (nodes: readonly Node[], isUnfit: (status: NodeState['status']) => boolean, needed: string): Promise<void> => {
  const states = await Promise.all(nodes.map(async node => ({ node, ...await node.state() })))
  const unfit = states.filter(({ status }) => isUnfit(status)).map(({ node, status }) => `${describeNodes([node])} is ${status}`)
  if (unfit.length > 0) throw new Error(`${unfit.join(', ')}: the fault needs a node that ${needed}.`)
}
