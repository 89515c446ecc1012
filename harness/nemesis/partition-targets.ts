/**
 * Partitions of the network: the links that must be cut so that groups of nodes cannot reach each other. The links of clients stay as
 * they are, and so do those of nodes that are in no group (dedicated controllers, say): whoever is in none is in reach of all.
 *
 * Example, of brokers 1, 2 and 3: `partition([1], [2, 3])` is the links 1->2, 1->3, 2->1 and 3->1, on both planes.
 */
import type { Link, Node, Subject } from '../model/cluster.ts'
import type { LinkTarget } from '../model/fault.ts'
import type { Random } from '../model/random.ts'
import { refuseUnless } from './refusals.ts'

/** Groups of nodes, by their ids, none of which reaches another. */
export const partition = (...groups: readonly (readonly number[])[]): LinkTarget => {
  const ids = groups.flat()
  const told = groups.map(group => `[${group.join(', ')}]`).join(' and ')
  refuseUnless(groups.length >= 2 && groups.every(group => group.length > 0), `\`partition\` of ${told || 'nothing'} takes two groups of nodes or more`)
  refuseUnless(new Set(ids).size === ids.length, `\`partition\` of ${told} has a node in two groups`)

  return {
    description: `the links between ${told}`,
    choose: async ({ cluster }) => {
      const unknown = ids.filter(id => !cluster.nodes.some(node => node.id === id))
      if (unknown.length > 0) throw new Error(`The cluster has no node ${unknown.join(', ')}, of the partition ${told}.`)

      return linksBetween(cluster.links, groups)
    }
  }
}

/** The brokers in two halves, of which the second is the larger where they cannot be alike; the seed says who is where. */
export const halves = (): LinkTarget => ({
  description: 'the links between two halves of the brokers',
  choose: async (subject, random) => {
    const ids = brokersInAnyOrder(subject, random, { atLeast: 2 })
    const middle = Math.floor(ids.length / 2)

    return linksBetween(subject.cluster.links, [ids.slice(0, middle), ids.slice(middle)])
  }
})

/** Two halves of the brokers, and one broker that reaches both, as both reach it; the seed says which. */
export const bridge = (): LinkTarget => ({
  description: 'the links between two halves of the brokers, but for one broker that reaches both',
  choose: async (subject, random) => {
    const [, ...others] = brokersInAnyOrder(subject, random, { atLeast: 3 })
    const middle = Math.floor(others.length / 2)

    return linksBetween(subject.cluster.links, [others.slice(0, middle), others.slice(middle)])
  }
})

/** The brokers in a ring, in which each reaches the next alone, and is reached by the one before; the seed says in what order. */
export const ring = (): LinkTarget => ({
  description: 'all links between brokers but those to the next in a ring',
  choose: async (subject, random) => {
    const ids = brokersInAnyOrder(subject, random, { atLeast: 3 })
    const follows = (from: number, to: number): boolean => ids[(ids.indexOf(from) + 1) % ids.length] === to

    return subject.cluster.links.filter(link => isBetween(link, ids) && !follows(link.from, link.to))
  }
})

type NodeLink = Link & { readonly from: number }

/** Between two of those. */
const isBetween = (link: Link, ids: readonly number[]): link is NodeLink => typeof link.from === 'number' && ids.includes(link.from) && ids.includes(link.to)

const linksBetween = (links: readonly Link[], groups: readonly (readonly number[])[]): readonly Link[] =>
  links.filter(link => isBetween(link, groups.flat()) && !groups.some(group => isBetween(link, group)))

const brokersInAnyOrder = ({ cluster }: Subject, random: Random, { atLeast }: { readonly atLeast: number }): readonly number[] => {
  const left: Node[] = cluster.nodes.filter(node => node.roles.includes('broker'))
  if (left.length < atLeast) throw new Error(`There are ${left.length} brokers; to be parted so takes ${atLeast}.`)

  return Array.from({ length: left.length }, () => {
    const node = random.pick(left)
    left.splice(left.indexOf(node), 1)

    return node.id
  })
}
