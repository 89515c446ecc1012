/**
 * Demands one more proof of a fault: a consequence that the cluster itself must show before the fault is healed. A follower that
 * is cut off while nothing is written stays in sync for ever; only a shrunken ISR proves that the cut met replication.
 */
import type { Subject } from '../model/cluster.ts'
import type { Bite, Fault, Injection } from '../model/fault.ts'
import type { TopicPlan } from '../model/topic.ts'

/** A consequence that can be looked for. */
export interface Proof {
  readonly description: string
  readonly look: (subject: Subject) => Promise<Bite>
}

export const provenBy = (fault: Fault, proof: Proof): Fault => ({
  ...fault,
  description: `${fault.description} until ${proof.description}`,
  prepare: async (subject, random) => {
    const prepared = await fault.prepare(subject, random)

    return { ...prepared, strike: async () => withProof(await prepared.strike(), () => proof.look(subject)) }
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

/** The cluster has given up a broker that has not ended: it is fenced, though its process lives. */
export const fencedBroker = (): Proof => ({
  description: 'a broker that has not ended is fenced',
  look: async ({ cluster, metadata }) => {
    const live = await metadata.liveBrokers()
    const absent = cluster.nodes.filter(({ id, roles }) => roles.includes('broker') && !live.includes(id))
    const states = await Promise.all(absent.map(async ({ id, state }) => ({ id, ...await state() })))
    const fenced = states.filter(({ status }) => status !== 'exited').map(({ id, status }) => `broker ${id}, which is ${status}, is fenced`)

    return fenced.length > 0 ? { bit: true, evidence: fenced.join('; ') } : { bit: false, evidence: 'no broker that has not ended is fenced' }
  }
})
