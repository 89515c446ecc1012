/**
 * What all faults on links share: the links must answer an ApiVersions request before the fault and must not during it, or
 * the fault did not bite. Silence counts only if the question was really asked, for as long as the fault would make it wait, of a
 * broker that answers elsewhere: a machine that is too slow to ask proves nothing. Nor does the silence of a link that another
 * fault holds too: it counts once this fault has silenced the link alone, at the blow or before it is healed.
 */
import type { Disturbance, Link, LinkDisturbance, LinkHold, ProbeResult, Subject } from '../model/cluster.ts'
import { messageOf } from '../model/errors.ts'
import type { Bite, Fault, Injection, LinkTarget, Moment } from '../model/fault.ts'
import { silentLinks } from '../model/silent-links.ts'
import { roleOf } from './role-of.ts'

/** How long a probe may take. Well above a loaded machine's answer, well below what a fault lasts. */
const probeDeadline = { milliseconds: 2000 }

export interface LinkFault {
  /** `cut`, `stall`, `drop responses on`. */
  readonly verb: string
  readonly what: string
  readonly disturbance: Disturbance
}

export const disturbLinks = (target: LinkTarget, fault: LinkFault): Fault => ({
  description: `${fault.verb} ${target.description}`,
  what: fault.what,
  needs: ['links'],
  prepare: async (subject, random) => {
    const links = await target.choose(subject, random)
    const silentBefore = await silentLinks(subject.cluster, links, probeDeadline)

    return {
      whom: links.map(link => link.name).join(', '),
      brokers: [...new Set(links.flatMap(link => [link.from, link.to]).filter(end => typeof end === 'number'))].toSorted((a, b) => a - b),
      clients: [],
      links,
      ...roleOf(target, subject, links),
      strike: async () => {
        const inForce = await disturbAll(links, fault.disturbance)

        return disturbed({ subject, links, silentBefore: new Set(silentBefore), kind: fault.disturbance.kind, inForce, alone: new Set() })
      }
    }
  }
})

/** A link with this fault's own disturbance of it. */
interface DisturbedLink {
  readonly link: Link
  readonly disturbance: LinkDisturbance
}

/** All links or none: a blow that fails half-way is undone before it is reported. */
const disturbAll = async (links: readonly Link[], disturbance: Disturbance): Promise<readonly DisturbedLink[]> => {
  const results = await Promise.allSettled(links.map(async (link): Promise<DisturbedLink> => ({ link, disturbance: await link.disturb(disturbance) })))
  const inForce = results.flatMap(result => result.status === 'fulfilled' ? [result.value] : [])
  const failed = results.filter(result => result.status === 'rejected')
  if (failed.length === 0) return inForce

  await Promise.allSettled(inForce.map(one => one.disturbance[Symbol.asyncDispose]()))
  throw new Error(`${failed.length} of ${links.length} links could not be disturbed: ${failed.map(({ reason }) => messageOf(reason)).join('; ')}`)
}

interface Disturbed {
  readonly subject: Subject
  readonly links: readonly Link[]
  /** The links that did not answer before the blow, and no other fault held them at it. */
  readonly silentBefore: Set<string>
  readonly kind: Disturbance['kind']
  readonly inForce: readonly DisturbedLink[]
  /** The links that were silent while nothing but this fault held them. */
  readonly alone: Set<string>
}

const disturbed = (state: Disturbed): Injection => ({
  bite: moment => lookForSilence(state, moment),
  [Symbol.asyncDispose]: async () => {
    await Promise.all(state.inForce.map(({ disturbance }) => disturbance[Symbol.asyncDispose]()))
  }
})

const lookForSilence = async (state: Disturbed, moment: Moment): Promise<Bite> => {
  const { subject, links } = state
  if (links.length === 0) return { bit: false, evidence: 'no link was chosen' }
  const holds = await holdsOf(state)
  const gone = links.filter(({ name }) => !holds.get(name)?.own)
  if (gone.length > 0) return { bit: false, evidence: `the fault is no longer in place on ${gone.map(({ name }) => name).join(', ')}` }

  if (moment === 'struck') for (const [name, { others }] of holds) if (others) state.silentBefore.delete(name)
  const dead = await endsThatDoNotRun(subject, links)
  // Another fault in force has killed an end: the links cannot be asked now. What was proven when they were disturbed stands.
  const asked = dead.length > 0 && moment === 'healing' ? undefined : await askLinks(state, holds)
  const shared = links.filter(({ name }) => !state.alone.has(name)).map(({ name }) => name)
  const unproven = moment === 'healing' && shared.length > 0 ? [`${shared.join(', ')}: never silent by this fault alone`] : []
  const problems = [...asked?.problems ?? [], ...unproven]
  if (problems.length > 0) return { bit: false, evidence: problems.join('; ') }

  return { bit: true, evidence: asked === undefined ? `not asked before healing: node ${dead.join(', ')} does not run` : silence(asked.results, holds, state.alone) }
}

interface Asked {
  readonly results: readonly ProbeResult[]
  readonly problems: readonly string[]
}

/** Probes the links, notes those that are silent by this fault alone, and says what speaks against it. */
const askLinks = async ({ subject, links, silentBefore, kind, alone }: Disturbed, holds: ReadonlyMap<string, LinkHold>): Promise<Asked> => {
  const others = witnessesOf(subject, links)
  const probed = await subject.cluster.probe([...links, ...others], probeDeadline)
  const results = probed.filter(result => links.some(link => link.name === result.link))
  const against = results.map(result => ({
    link: result.link,
    problems: problemsWith(result, { kind, held: holds.get(result.link), silentBefore: silentBefore.has(result.link) })
  }))
  for (const { link, problems } of against) if (problems.length === 0 && !holds.get(link)?.others) alone.add(link)

  return {
    results,
    problems: [
      ...against.flatMap(({ problems }) => problems),
      ...probed.filter(result => others.some(link => link.name === result.link) && !result.answered).map(({ link }) => `nor did the undisturbed ${link} answer`)
    ]
  }
}

interface Circumstances {
  readonly kind: Disturbance['kind']
  readonly held: LinkHold | undefined
  readonly silentBefore: boolean
}

/** A black hole and a stall keep one waiting; an early end would mean that something else went wrong, or that another fault ended it. */
const problemsWith = ({ link, asked, answered, milliseconds }: ProbeResult, { kind, held, silentBefore }: Circumstances): readonly string[] => {
  const waits = (kind === 'black-hole' || kind === 'stall') && !held?.others

  return [
    ...silentBefore ? [`${link} did not answer before the fault`] : [],
    ...!asked
      ? [`${link} could not be asked`]
      : answered
        ? [`${link} still answers`]
        : waits && milliseconds < probeDeadline.milliseconds * 0.8
          ? [`${link} ended the connection after ${milliseconds} ms instead of keeping silent`]
          : []
  ]
}

const silence = (results: readonly ProbeResult[], holds: ReadonlyMap<string, LinkHold>, alone: ReadonlySet<string>): string => {
  const shared = results.filter(({ link }) => holds.get(link)?.others && !alone.has(link)).map(({ link }) => link)

  return `${results.map(({ link }) => link).join(', ')}: answered before, silent now${shared.length > 0 ? `; ${shared.join(', ')}: held by another fault too` : ''}`
}

const holdsOf = async ({ inForce }: Disturbed): Promise<ReadonlyMap<string, LinkHold>> =>
  new Map(await Promise.all(inForce.map(async ({ link, disturbance }) => [link.name, await disturbance.holds()] as const)))

/** The admin's way to each broker at the far end: it is not disturbed, so its answer shows that the broker could have answered. */
const witnessesOf = ({ cluster }: Subject, links: readonly Link[]): readonly Link[] =>
  cluster.links.filter(link => link.from === 'admin' && links.some(one => one.to === link.to) && !links.some(one => one.name === link.name))

const endsThatDoNotRun = async ({ cluster }: Subject, links: readonly Link[]): Promise<readonly number[]> => {
  const ends = cluster.nodes.filter(node => links.some(link => link.from === node.id || link.to === node.id))
  const states = await Promise.all(ends.map(async node => ({ id: node.id, ...await node.state() })))

  return states.filter(({ status }) => status !== 'running').map(({ id }) => id)
}
