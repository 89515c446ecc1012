/**
 * Demands one more proof of a fault: a consequence that the cluster itself must show before the fault is healed. A follower that
 * is cut off while nothing is written stays in sync for ever; only a shrunken ISR proves that the cut met replication.
 */
import type { Node, NodeState, Subject } from '../model/cluster.ts'
import type { Bite, Fault, Injection } from '../model/fault.ts'
import type { PartitionState } from '../model/metadata.ts'
import type { TopicPlan } from '../model/topic.ts'
import { endedByItself, wasKilled } from './exit-codes.ts'

/** A consequence that can be looked for. */
export interface Proof {
  readonly description: string
  /** `brokers`: the ids of those that the fault has hit. Absent: any may show it. */
  readonly look: (subject: Subject, brokers?: readonly number[]) => Promise<Bite>
}

export const provenBy = (fault: Fault, proof: Proof): Fault => ({
  ...fault,
  description: `${fault.description} until ${proof.description}`,
  prepare: async (subject, random) => {
    const prepared = await fault.prepare(subject, random)

    return { ...prepared, strike: async begun => withProof(await prepared.strike(begun), () => proof.look(subject, prepared.brokers)) }
  }
})

const withProof = (injection: Injection, look: () => Promise<Bite>): Injection => ({
  bite: async moment => {
    const own = await injection.bite(moment)
    if (moment === 'struck') return own
    const consequence = await look()

    return { bit: own.bit && consequence.bit, evidence: `${own.evidence}; ${consequence.evidence}` }
  },
  [Symbol.asyncDispose]: () => injection[Symbol.asyncDispose]()
})

const brokersOf = ({ nodes }: Subject['cluster']): readonly Node[] => nodes.filter(({ roles }) => roles.includes('broker'))

const statesOf = (nodes: readonly Node[]): Promise<readonly (NodeState & { readonly id: number })[]> =>
  Promise.all(nodes.map(async ({ id, state }) => ({ id, ...await state() })))

/** Whether the controllers that run are more than half of all, as far as any are known. */
const haveQuorum = async ({ nodes }: Subject['cluster']): Promise<boolean> => {
  const controllers = await statesOf(nodes.filter(({ roles }) => roles.includes('controller')))

  return controllers.length === 0 || 2 * controllers.filter(({ status }) => status === 'running').length > controllers.length
}

const runningBrokers = async (cluster: Subject['cluster']): Promise<readonly number[]> =>
  (await statesOf(brokersOf(cluster))).filter(({ status }) => status === 'running').map(({ id }) => id)

/** They run, and the cluster holds them for alive. */
const ableBrokers = async ({ cluster, metadata }: Subject): Promise<readonly number[]> => {
  const live = await metadata.liveBrokers()

  return (await runningBrokers(cluster)).filter(id => live.includes(id))
}

/** Some partition of the topic has fewer replicas in sync than replicas. */
export const shrunkIsr = (topic: TopicPlan): Proof => ({
  description: `an ISR of ${topic.name} shrinks`,
  look: async ({ metadata }) => {
    const partitions = await metadata.partitions([topic.name])
    const shrunk = partitions.filter(({ isr, replicas }) => isr.length < replicas.length)

    return shrunk.length > 0
      ? { bit: true, evidence: shrunk.map(({ partition, isr }) => `the ISR of ${topic.name}-${partition} is ${isr.join(', ')}`).join('; ') }
      : { bit: false, evidence: `every ISR of ${topic.name} is still whole` }
  }
})

/** A broker that was hit has given up and ended, as one does that has no log directory left: nobody killed it, or ordered it to shut down. */
export const gaveUp = (): Proof => ({
  description: 'a broker gives up',
  look: async ({ cluster }, brokers) => {
    const ended = (await statesOf(brokersOf(cluster).filter(({ id }) => isHit(id, brokers)))).filter(({ status, exitCode }) => status === 'exited' && !wasKilled(exitCode) && !endedByItself(exitCode))

    return ended.length > 0
      ? { bit: true, evidence: ended.map(({ id, exitCode }) => `broker ${id} has given up (exit ${exitCode})`).join('; ') }
      : { bit: false, evidence: 'no broker has given up' }
  }
})

const isHit = (id: number, brokers?: readonly number[]): boolean => brokers?.includes(id) ?? true

/** A broker that was hit runs, is held for alive by the cluster, and is out of sync in some partitions of the topic and in sync in others. */
export const partlyInSync = (topic: TopicPlan): Proof => ({
  description: `a broker that goes on falls out of sync with a part of ${topic.name}`,
  look: async (subject, brokers) => {
    const able = await ableBrokers(subject)
    const partitions = await subject.metadata.partitions([topic.name])
    const split = able.filter(id => isHit(id, brokers)).map(id => {
      const held = partitions.filter(({ replicas }) => replicas.includes(id))

      return { id, out: held.filter(({ isr }) => !isr.includes(id)), inSync: held.filter(({ isr }) => isr.includes(id)) }
    }).filter(({ out, inSync }) => out.length > 0 && inSync.length > 0)

    return split.length > 0
      ? { bit: true, evidence: split.map(({ id, out, inSync }) => `broker ${id} is out of sync with ${namesOf(out)}, and in sync with ${namesOf(inSync)}`).join('; ') }
      : { bit: false, evidence: `no broker that goes on is out of sync with a part of ${topic.name} alone` }
  }
})

const namesOf = (partitions: readonly PartitionState[]): string => partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(', ')

/** The cluster has given up a broker that has not ended: it is fenced, though its process lives. */
export const fencedBroker = (): Proof => ({
  description: 'a broker that has not ended is fenced',
  look: async ({ cluster, metadata }) => {
    const live = await metadata.liveBrokers()
    const absent = await statesOf(brokersOf(cluster).filter(({ id }) => !live.includes(id)))
    const fenced = absent.filter(({ status }) => status !== 'exited').map(({ id, status }) => `broker ${id}, which is ${status}, is fenced`)

    return fenced.length > 0 ? { bit: true, evidence: fenced.join('; ') } : { bit: false, evidence: 'no broker that has not ended is fenced' }
  }
})

/**
 * Nobody leads some partition of the topic, though there may be brokers to choose from. A leader that has just ended counts when the cluster
 * has given it up: until then nobody was asked to elect another one. While the controllers have no quorum nobody is given up, nor can be asked.
 */
export const leaderless = (topic: TopicPlan): Proof => ({
  description: `a partition of ${topic.name} waits for a leader`,
  look: async ({ cluster, metadata }) => {
    const running = await runningBrokers(cluster)
    const unled = (await metadata.partitions([topic.name])).filter(({ leader }) => leader === undefined || !running.includes(leader))
    const asked = unled.some(({ leader }) => leader !== undefined)
    const quorum = !asked || await haveQuorum(cluster)
    const live = asked && quorum ? await metadata.liveBrokers() : []
    const waiting = unled.filter(({ leader }) => leader === undefined || !live.includes(leader))
    const told = waiting.map(({ partition, leader }) => `${leader === undefined ? 'nobody' : `broker ${leader}, which does not run,`} leads ${topic.name}-${partition}`)
    if (told.length > 0) {
      return { bit: true, evidence: `${told.join('; ')}; of the brokers, ${running.join(', ') || 'none'} run${quorum ? '' : '; the controllers that run are no quorum'}` }
    }

    return { bit: false, evidence: unled.length > 0
      ? `the cluster has not given up ${unled.map(({ partition, leader }) => `broker ${leader}, which led ${topic.name}-${partition}`).join('; ')}`
      : `every partition of ${topic.name} is led by a broker that runs` }
  }
})

/** Every partition of the topic is led by a broker that runs, and that the cluster holds for alive: while a leader is away, others lead. */
export const ledAgain = (topic: TopicPlan): Proof => ({
  description: `every partition of ${topic.name} is led`,
  look: async subject => {
    const able = await ableBrokers(subject)
    const partitions = await subject.metadata.partitions([topic.name])
    const unled = partitions.filter(({ leader }) => leader === undefined || !able.includes(leader))

    return unled.length === 0 && partitions.length > 0
      ? { bit: true, evidence: partitions.map(({ partition, leader }) => `broker ${leader} leads ${topic.name}-${partition}`).join('; ') }
      : { bit: false, evidence: unled.map(({ partition }) => `no broker that runs leads ${topic.name}-${partition}`).join('; ') || `nothing is known of ${topic.name}` }
  }
})

/** Some partition of the topic begins above what the group has committed: the cluster has deleted what it had not done with. */
export const expiredUnread = (topic: TopicPlan, group: string): Proof => ({
  description: `records of ${topic.name} expire that ${group} has not committed`,
  look: async ({ metadata }) => {
    const committed = await metadata.committedOffsets(group, [topic])
    const found = (await metadata.offsets([topic.name])).map(({ partition, logStart }) => ({ partition, logStart, next: committed.get(`${topic.name}-${partition}`) ?? 0 }))
    const expired = found.filter(({ logStart, next }) => logStart > next)

    return expired.length > 0
      ? { bit: true, evidence: expired.map(({ partition, logStart, next }) => `${topic.name}-${partition} begins at ${logStart}, and ${group} has committed ${next}`).join('; ') }
      : { bit: false, evidence: `no partition of ${topic.name} begins above what ${group} has committed` }
  }
})
