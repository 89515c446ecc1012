/**
 * What all faults on links share: all of the links are disturbed or none; a question that was asked before the blow is asked again
 * under it, and what comes back must be what the fault makes of it, or the fault did not bite. What a link shows while another fault
 * holds it too counts for nothing: it must have shown it once by this fault alone, at the blow or before it is healed.
 */
import type { Disturbance, Link, LinkDisturbance, LinkHold, Subject } from '../model/cluster.ts'
import type { Bite, Fault, Injection, LinkTarget, Moment } from '../model/fault.ts'
import { allOrNone } from './all-or-none.ts'
import { onlyOnce } from './only-once.ts'
import { roleOf } from './role-of.ts'

export interface LinkFault {
  /** `cut`, `stall`, `drop responses on`. */
  readonly verb: string
  readonly what: string
  readonly disturbance: Disturbance
  /** Looks at the links before the blow, and gives the question to be asked under the fault. */
  readonly proof: (subject: Subject, links: readonly Link[]) => Promise<Question>
  /** Its proof is what the provider has counted: nobody is asked, and it can be given though an end of the links does not run. */
  readonly provenByCount?: true
}

/** Asks the links, of which these are held. */
export type Question = (circumstances: { readonly holds: ReadonlyMap<string, LinkHold>, readonly moment: Moment }) => Promise<Asked>

export interface Asked {
  /** What speaks against the fault on each link. */
  readonly against: readonly { readonly link: string, readonly problems: readonly string[] }[]
  /** Why no answer would mean anything. */
  readonly doubts: readonly string[]
  /** `data:2->1: answered before, silent now`. */
  readonly shown: string
}

export const disturbLinks = (target: LinkTarget, fault: LinkFault): Fault => ({
  description: `${fault.verb} ${target.description}`,
  what: fault.what,
  needs: ['links'],
  prepare: async (subject, random) => {
    const links = await target.choose(subject, random)
    const lookBefore = onlyOnce(() => fault.proof(subject, links))

    return {
      whom: links.map(link => link.name).join(', '),
      brokers: [...new Set(links.flatMap(link => [link.from, link.to]).filter(end => typeof end === 'number'))].toSorted((a, b) => a - b),
      clients: [],
      links,
      ...roleOf(target, subject, links),
      lookBefore,
      strike: async () => {
        const ask = await lookBefore()

        return disturbed({ subject, links, ask, fault, inForce: await disturbAll(links, fault.disturbance), alone: new Set() })
      }
    }
  }
})

/** A link with this fault's own disturbance of it. */
interface DisturbedLink {
  readonly link: Link
  readonly disturbance: LinkDisturbance
}

const disturbAll = (links: readonly Link[], disturbance: Disturbance): Promise<readonly DisturbedLink[]> => allOrNone(links, {
  act: async link => ({ link, disturbance: await link.disturb(disturbance) }),
  undo: async (_, done) => done?.disturbance[Symbol.asyncDispose](),
  failed: 'links could not be disturbed'
})

interface Disturbed {
  readonly subject: Subject
  readonly links: readonly Link[]
  readonly ask: Question
  readonly fault: LinkFault
  readonly inForce: readonly DisturbedLink[]
  /** The links that showed the fault while nothing but this one held them. */
  readonly alone: Set<string>
}

const disturbed = (state: Disturbed): Injection => ({
  bite: moment => lookAtLinks(state, moment),
  [Symbol.asyncDispose]: async () => {
    await Promise.all(state.inForce.map(({ disturbance }) => disturbance[Symbol.asyncDispose]()))
  }
})

const lookAtLinks = async (state: Disturbed, moment: Moment): Promise<Bite> => {
  const { subject, links, alone } = state
  if (links.length === 0) return { bit: false, evidence: 'no link was chosen' }
  const holds = await holdsOf(state)
  const gone = links.filter(({ name }) => !holds.get(name)?.own)
  if (gone.length > 0) return { bit: false, evidence: `the fault is no longer in place on ${gone.map(({ name }) => name).join(', ')}` }

  const dead = state.fault.provenByCount ? [] : await endsThatDoNotRun(subject, links)
  // Another fault in force has killed an end: the links cannot be asked now. What was proven when they were disturbed stands.
  const asked = dead.length > 0 && moment === 'healing' ? undefined : await state.ask({ holds, moment })
  for (const { link, problems } of asked?.against ?? []) if (problems.length === 0 && !holds.get(link)?.others) alone.add(link)
  const shared = links.filter(({ name }) => !alone.has(name)).map(({ name }) => name)
  const problems = [
    ...asked?.against.flatMap(({ problems: found }) => found) ?? [],
    ...asked?.doubts ?? [],
    ...moment === 'healing' && shared.length > 0 ? [`${shared.join(', ')}: never so by this fault alone`] : []
  ]
  if (problems.length > 0) return { bit: false, evidence: problems.join('; ') }
  if (asked === undefined) return { bit: true, evidence: `not asked before healing: node ${dead.join(', ')} does not run` }

  return { bit: true, evidence: `${asked.shown}${shared.length > 0 ? `; ${shared.join(', ')}: held by another fault too` : ''}` }
}

const holdsOf = async ({ inForce }: Disturbed): Promise<ReadonlyMap<string, LinkHold>> =>
  new Map(await Promise.all(inForce.map(async ({ link, disturbance }) => [link.name, await disturbance.holds()] as const)))

const endsThatDoNotRun = async ({ cluster }: Subject, links: readonly Link[]): Promise<readonly number[]> => {
  const ends = cluster.nodes.filter(node => links.some(link => link.from === node.id || link.to === node.id))
  const states = await Promise.all(ends.map(async node => ({ id: node.id, ...await node.state() })))

  return states.filter(({ status }) => status !== 'running').map(({ id }) => id)
}
