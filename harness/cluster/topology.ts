/**
 * The star topology, as data: which nodes there are, on which port each listens for whom, and which proxy carries each
 * directed link. Each node lives alone on a private network; Toxiproxy is the only other member and bears there the names of
 * all other nodes, so a connection between two nodes can only arrive at Toxiproxy, and a bypass is impossible.
 */
import type { ClientRole, ClusterPlan, NodeRole, Plane } from '../model/cluster.ts'

/** `container`: clients that run in containers reach brokers by Toxiproxy's alias instead of a published port. */
export type ListenerRole = ClientRole | 'container'
export const listenerRoles: readonly ListenerRole[] = ['producer', 'consumer', 'admin', 'container']

export interface NodePlan {
  readonly id: number
  readonly roles: readonly NodeRole[]
}

/** One proxy: it listens on Toxiproxy's address in the network of `from` (or on the edge, for clients) and goes to node `to`. */
export interface LinkPlan {
  readonly name: string
  readonly plane: Plane
  readonly from: number | ListenerRole
  readonly to: number
  readonly port: number
}

/** Under which name Toxiproxy finds node i, on network i; unique, since Toxiproxy is on every network. */
export const upstreamHost = (id: number): string => `node-${id}`

/** Under which name nodes know each other; on network i it is Toxiproxy that answers to it for every j other than i. */
export const peerHost = (id: number): string => `kafka-${id}`

export const toxiproxyHost = 'toxiproxy'

/**
 * All below 32768, where Linux begins to take ports for outgoing connections: a broker that comes back, or a link that opens again, would now
 * and then find its port taken by one of those.
 */
const bases = { data: 19090, quorum: 19190, producer: 29090, consumer: 29190, admin: 29290, container: 29390 } as const

export const peerPort = (id: number): number => bases.data + id
export const quorumPort = (id: number): number => bases.quorum + id
export const listenerPort = (role: ListenerRole, id: number): number => bases[role] + id

export const nodePlans = (plan: ClusterPlan): readonly NodePlan[] => {
  const combined = plan.controllers === 'combined'
  const brokers = numbers({ from: 1, count: plan.brokers })
    .map((id): NodePlan => ({ id, roles: combined ? ['broker', 'controller'] : ['broker'] }))
  const controllers = plan.controllers === 'combined'
    ? []
    : numbers({ from: plan.brokers + 1, count: plan.controllers }).map((id): NodePlan => ({ id, roles: ['controller'] }))

  return [...brokers, ...controllers]
}

/** Every directed link: between nodes by plane, and from each client role to each broker. */
export const linkPlans = (nodes: readonly NodePlan[]): readonly LinkPlan[] => {
  const brokers = nodes.filter(node => node.roles.includes('broker'))
  const controllers = nodes.filter(node => node.roles.includes('controller'))

  const data = pairs(brokers, brokers)
    .map(({ from, to }): LinkPlan => ({ name: `data:${from}->${to}`, plane: 'data', from, to, port: peerPort(to) }))
  const quorum = pairs(nodes, controllers)
    .map(({ from, to }): LinkPlan => ({ name: `quorum:${from}->${to}`, plane: 'quorum', from, to, port: quorumPort(to) }))
  const clients = listenerRoles.flatMap(role => brokers.map((broker): LinkPlan =>
    ({ name: `${role}->${broker.id}`, plane: 'client', from: role, to: broker.id, port: listenerPort(role, broker.id) })))

  return [...data, ...quorum, ...clients]
}

const pairs = (from: readonly NodePlan[], to: readonly NodePlan[]): readonly { from: number, to: number }[] =>
  from.flatMap(one => to.filter(other => other.id !== one.id).map(other => ({ from: one.id, to: other.id })))

const numbers = ({ from, count }: { readonly from: number, readonly count: number }): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index)
