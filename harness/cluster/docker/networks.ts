/**
 * The private networks: one for each node, on which only it and Toxiproxy live, and one edge network for Toxiproxy's
 * published ports. The nodes' networks are internal: they lead nowhere, not even to this machine's other networks.
 */
import type { Labels } from './labels.ts'
import type { Docker } from './runtime.ts'

export interface NetworkNames {
  readonly edge: string
  readonly ofNode: (id: number) => string
}

export const networkNames = (run: string): NetworkNames => ({
  edge: `ackproof-${run}-edge`,
  ofNode: id => `ackproof-${run}-node-${id}`
})

export const createNetworks = async (docker: Docker, names: NetworkNames, options: { readonly nodes: readonly number[], readonly labels: Labels }): Promise<void> => {
  await docker.createNetwork({ Name: names.edge, Driver: 'bridge', Labels: options.labels })
  // One after the other: the engine picks subnets from one pool, and two at once have collided.
  for (const id of options.nodes) {
    await docker.createNetwork({ Name: names.ofNode(id), Driver: 'bridge', Internal: true, Labels: options.labels })
  }
}
