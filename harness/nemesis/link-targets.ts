/** Links by what they carry. Followers connect to leaders: cutting `follower->leader` is what shrinks an ISR. */
import type { ClientRole, Link, Subject } from '../model/cluster.ts'
import type { LinkTarget, NodeTarget } from '../model/fault.ts'
import type { TopicPlan } from '../model/topic.ts'

/** The links by which all followers of a topic's first partition fetch from its leader. */
export const followerLinksOf = (topic: TopicPlan): LinkTarget => ({
  description: `the links of the followers of ${topic.name} to its leader`,
  choose: async subject => {
    const leader = await leaderOfFirst(subject, topic)

    return subject.cluster.links.filter(link => link.plane === 'data' && link.to === leader)
  }
})

/** The link by which one follower of a topic's first partition fetches from its leader; the seed says which follower. */
export const oneFollowerLinkOf = (topic: TopicPlan): LinkTarget => ({
  description: `the link of one follower of ${topic.name} to its leader`,
  choose: async (subject, random) => [random.pick(await followerLinksOf(topic).choose(subject, random))]
})

/** Every link between the chosen nodes and all other nodes, both planes and both ways; clients still reach them. */
export const peerLinksOf = (nodes: NodeTarget): LinkTarget => ({
  description: `all links between ${nodes.description} and the other nodes`,
  choose: async (subject, random) => {
    const ids = (await nodes.choose(subject, random)).map(node => node.id)
    const inside = (end: Link['from']): boolean => typeof end === 'number' && ids.includes(end)

    return subject.cluster.links.filter(link => link.plane !== 'client' && inside(link.from) !== inside(link.to))
  }
})

/** The links by which one client role reaches the brokers. */
export const linksOfRole = (role: ClientRole): LinkTarget => ({
  description: `the links of every ${role}`,
  choose: subject => Promise.resolve(subject.cluster.links.filter(link => link.from === role))
})

/** The link by which one client role reaches the leader of a topic's first partition. */
export const linkToLeaderOf = (topic: TopicPlan, { role }: { readonly role: ClientRole }): LinkTarget => ({
  description: `the link of every ${role} to the leader of ${topic.name}`,
  choose: async subject => {
    const leader = await leaderOfFirst(subject, topic)

    return subject.cluster.links.filter(link => link.from === role && link.to === leader)
  }
})

const leaderOfFirst = async (subject: Subject, topic: TopicPlan): Promise<number> => {
  const [first] = await subject.metadata.partitions([topic.name])
  if (first?.leader === undefined) throw new Error(`${topic.name}-0 has no leader at the moment.`)

  return first.leader
}
