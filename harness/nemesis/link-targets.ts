/** Links by what they carry. Followers connect to leaders: cutting `follower->leader` is what shrinks an ISR. */
import type { ClientRole, Link, Subject } from '../model/cluster.ts'
import type { LinkTarget, NodeTarget, Role } from '../model/fault.ts'
import type { PartitionState } from '../model/metadata.ts'
import type { TopicPlan } from '../model/topic.ts'
import { derivedFrom } from './derived.ts'
import { leadership } from './roles.ts'

/** The links by which all followers of a topic's first partition fetch from its leader. */
export const followerLinksOf = (topic: TopicPlan): LinkTarget => ({
  description: `the links of the followers of ${topic.name} to its leader`,
  choose: async subject => {
    const { leader, replicas } = await ledFirstOf(subject, topic)

    return subject.cluster.links.filter(link => link.plane === 'data' && link.to === leader && replicas.some(id => id === link.from))
  },
  role: leadsFirst(topic)
})

/** The link by which one follower of a topic's first partition fetches from its leader; the seed says which follower. */
export const oneFollowerLinkOf = (topic: TopicPlan): LinkTarget => ({
  description: `the link of one follower of ${topic.name} to its leader`,
  choose: async (subject, random) => [random.pick(await followerLinksOf(topic).choose(subject, random))],
  role: leadsFirst(topic)
})

export interface PeerLinkOptions {
  /** `out`: only the links by which the chosen nodes ask the others. `in`: only those by which they are asked. Default: both. */
  readonly way?: 'both' | 'out' | 'in'
  /** Only those of this plane: `data` is what brokers tell one another, `quorum` what they tell and ask the controllers. Default: both. */
  readonly plane?: 'data' | 'quorum'
}

/** Every link between the chosen nodes and all other nodes, of both planes or of one; clients still reach them. */
export const peerLinksOf = (nodes: NodeTarget, { way = 'both', plane }: PeerLinkOptions = {}): LinkTarget => {
  const [links, all] = plane === undefined ? ['links', 'all links'] : [`${plane} links`, `all ${plane} links`]

  return linksAround(nodes, {
    description: {
      both: `${all} between ${nodes.description} and the other nodes`, out: `the ${links} of ${nodes.description} to the other nodes`, in: `the ${links} of the other nodes to ${nodes.description}`
    }[way],
    belongs: (link, inside) => link.plane !== 'client' && (plane === undefined || link.plane === plane)
      && inside(link.from) !== inside(link.to) && (way === 'both' || inside(way === 'out' ? link.from : link.to))
  })
}

/** The links, on both planes, by which the one nodes ask the others: one way alone. */
export const linksOneWay = (from: NodeTarget, to: NodeTarget): LinkTarget => derivedFrom([from, to], {
  description: `the links of ${from.description} to ${to.description}`,
  choose: ({ cluster }, askers = [], asked = []) => cluster.links.filter(link => askers.some(({ id }) => id === link.from) && asked.some(({ id }) => id === link.to))
})

/** The links by which the chosen nodes reach the controllers, and those do them: brokers and clients still reach them. */
export const quorumLinksOf = (nodes: NodeTarget): LinkTarget => linksAround(nodes, {
  description: `the links between ${nodes.description} and the controllers`,
  belongs: (link, inside) => link.plane === 'quorum' && inside(link.from) !== inside(link.to)
})

export interface RoleLinkOptions {
  /** Only the links to these brokers. Default: to all. */
  readonly to?: NodeTarget
}

/** The links by which one client role reaches the brokers. */
export const linksOfRole = (role: ClientRole, { to }: RoleLinkOptions = {}): LinkTarget => to === undefined
  ? { description: `the links of every ${role}`, choose: subject => Promise.resolve(subject.cluster.links.filter(link => link.from === role)) }
  : linksAround(to, { description: `the links of every ${role} to ${to.description}`, belongs: (link, inside) => link.from === role && inside(link.to) })

/** The link by which one client role reaches the leader of a topic's first partition. */
export const linkToLeaderOf = (topic: TopicPlan, { role }: { readonly role: ClientRole }): LinkTarget => ({
  description: `the link of every ${role} to the leader of ${topic.name}`,
  choose: async subject => {
    const { leader } = await ledFirstOf(subject, topic)

    return subject.cluster.links.filter(link => link.from === role && link.to === leader)
  },
  role: leadsFirst(topic)
})

interface Around {
  readonly description: string
  readonly belongs: (link: Link, inside: (end: Link['from']) => boolean) => boolean
}

/** Links that lie in some way to nodes of a target. */
const linksAround = (nodes: NodeTarget, { description, belongs }: Around): LinkTarget => derivedFrom([nodes], {
  description,
  choose: ({ cluster }, chosen = []) => cluster.links.filter(link => belongs(link, end => chosen.some(({ id }) => id === end)))
})

const ledFirstOf = async (subject: Subject, topic: TopicPlan): Promise<PartitionState> => {
  const first = await firstOf(subject, topic)
  if (first?.leader === undefined) throw new Error(`${topic.name}-0 has no leader at the moment.`)

  return first
}

const firstOf = async (subject: Subject, topic: TopicPlan): Promise<PartitionState | undefined> =>
  (await subject.metadata.partitions([topic.name])).find(({ partition }) => partition === 0)

/** Whether the broker to which the chosen links lead still leads the topic's first partition. */
const leadsFirst = (topic: TopicPlan) => async (subject: Subject, links: readonly Link[]): Promise<Role> => {
  const first = await firstOf(subject, topic)

  return leadership(first === undefined ? [] : [first], [...new Set(links.map(({ to }) => to))])
}
