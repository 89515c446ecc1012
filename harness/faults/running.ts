/** Whom another fault has killed, stopped or paused cannot be hit by a fault that takes a node's life or its progress. */
import type { Node } from '../model/cluster.ts'
import { describeNodes } from './describe-nodes.ts'

/** Throws, before anything is done to anybody, unless all of the nodes run. */
export const refuseUnlessRunning = async (nodes: readonly Node[]): Promise<void> => {
  const states = await Promise.all(nodes.map(async node => ({ node, ...await node.state() })))
  const idle = states.filter(({ status }) => status !== 'running').map(({ node, status }) => `${describeNodes([node])} is ${status}`)
  if (idle.length > 0) throw new Error(`${idle.join(', ')}: the fault needs a node that runs.`)
}
