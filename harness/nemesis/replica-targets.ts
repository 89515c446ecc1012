/**
 * Brokers by what they hold of a topic's first partition, as `leaderOf` is by what they lead: who is in sync decides who may lead next, and
 * whose death costs what.
 */
import type { Node, Subject } from '../model/cluster.ts'
import type { NodeTarget, Role } from '../model/fault.ts'
import type { PartitionState } from '../model/metadata.ts'
import type { TopicPlan } from '../model/topic.ts'
import { derivedFrom } from './derived.ts'

/** All brokers that hold a replica of a topic's first partition. */
export const replicasOf = (topic: TopicPlan): NodeTarget => ({
  description: `the replicas of ${topic.name}`,
  choose: async subject => nodesOf(subject, (await firstOf(subject, topic)).replicas)
})

/** One of the followers that are in sync with the leader of a topic's first partition; the seed says which. */
export const followerOf = (topic: TopicPlan): NodeTarget => ({
  description: `a follower of ${topic.name} that is in sync`,
  choose: async (subject, random) => {
    const first = await firstOf(subject, topic)
    const followers = followersIn(first)
    if (followers.length === 0) throw new Error(`No follower of ${nameOf(first)} is in sync: ${isrInWords(first)}.`)

    return nodesOf(subject, [random.pick(followers)])
  },
  role: (subject, nodes) => roleIn(subject, topic, first => nodes.length > 0 && nodes.every(({ id }) => followersIn(first).includes(id)))
})

/** The leader of a topic's first partition, when it is the last replica in sync. */
export const lastInSync = (topic: TopicPlan): NodeTarget => ({
  description: `the last replica of ${topic.name} that is in sync`,
  choose: async subject => {
    const first = await firstOf(subject, topic)
    if (!isLast(first)) throw new Error(`Not one replica alone of ${nameOf(first)} is in sync: ${isrInWords(first)}.`)

    return nodesOf(subject, first.isr)
  },
  role: (subject, nodes) => roleIn(subject, topic, first => isLast(first) && nodes.length === 1 && nodes[0]?.id === first.leader)
})

/** The brokers that a target does not choose, as long as it would choose no other. */
export const theOthers = (target: NodeTarget): NodeTarget => derivedFrom([target], {
  description: `all brokers but ${target.description}`,
  choose: ({ cluster }, chosen = []) => cluster.nodes.filter(node => node.roles.includes('broker') && !chosen.some(({ id }) => id === node.id))
})

const firstOf = async ({ metadata }: Subject, topic: TopicPlan): Promise<PartitionState> => {
  const first = (await metadata.partitions([topic.name])).find(({ partition }) => partition === 0)
  if (first === undefined) throw new Error(`Nothing is known of ${topic.name}-0.`)

  return first
}

const roleIn = async (subject: Subject, topic: TopicPlan, isHeld: (first: PartitionState) => boolean): Promise<Role> => {
  const first = await firstOf(subject, topic)

  return { held: isHeld(first), evidence: isrInWords(first) }
}

const followersIn = ({ isr, leader }: PartitionState): readonly number[] => isr.filter(id => id !== leader)

const isLast = ({ isr, leader }: PartitionState): boolean => isr.length === 1 && isr[0] === leader

const nameOf = ({ topic, partition }: PartitionState): string => `${topic}-${partition}`

const isrInWords = (first: PartitionState): string =>
  `${first.leader === undefined ? 'nobody' : `broker ${first.leader}`} led ${nameOf(first)}, and in sync ${first.isr.length === 1 ? 'was' : 'were'} ${first.isr.join(', ') || 'nobody'}`

const nodesOf = ({ cluster }: Subject, ids: readonly number[]): readonly Node[] => cluster.nodes.filter(({ id }) => ids.includes(id))
