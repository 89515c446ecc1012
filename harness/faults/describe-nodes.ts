/** Nodes as people name them: `broker 2`, `controller 4`, `brokers 1 and 3`. */
import type { Node } from '../model/cluster.ts'

export const describeNodes = (nodes: readonly Node[]): string => {
  const kind = nodes.every(node => node.roles.includes('broker')) ? 'broker' : nodes.some(node => node.roles.includes('broker')) ? 'node' : 'controller'
  const ids = nodes.map(node => String(node.id))

  return ids.length === 1 ? `${kind} ${ids.join('')}` : `${kind}s ${ids.slice(0, -1).join(', ')} and ${ids.at(-1) ?? ''}`
}
