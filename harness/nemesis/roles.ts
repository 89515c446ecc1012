/** What the cluster says of roles that can move, in words that name who bears them. */
import type { Node } from '../model/cluster.ts'
import type { Role } from '../model/fault.ts'
import type { PartitionState } from '../model/metadata.ts'

/** Held, if each of the brokers leads one of the partitions. */
export const leadership = (partitions: readonly PartitionState[], brokers: readonly number[]): Role => {
  const led = partitions.filter(({ leader }) => leader !== undefined && brokers.includes(leader))
  const held = brokers.length > 0 && brokers.every(broker => led.some(({ leader }) => leader === broker))
  const told = (held ? led : partitions).map(inWords)

  return { held, evidence: told.length > 0 ? told.join(', ') : 'nobody is known to lead' }
}

const inWords = ({ topic, partition, leader, leaderEpoch }: PartitionState): string =>
  `${leader === undefined ? 'nobody' : `broker ${leader}`} led ${topic}-${partition}${leaderEpoch === undefined ? '' : ` (epoch ${leaderEpoch})`}`

/** Held, if the one node is who bears the role. */
export const bearer = (role: string, id: number | undefined, nodes: readonly Node[]): Role => ({
  held: id !== undefined && nodes.length > 0 && nodes.every(node => node.id === id),
  evidence: `${id === undefined ? 'nobody' : `node ${id}`} was ${role}`
})

/** Held, if each of them is. */
export const allHeld = (roles: readonly Role[]): Role => ({ held: roles.every(({ held }) => held), evidence: roles.map(({ evidence }) => evidence).join('; ') })
