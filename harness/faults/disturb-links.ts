/**
 * What all faults on links share: the links must answer an ApiVersions request before the fault and must not during it, or
 * the fault did not bite. Silence counts only if the question was really asked, for as long as the fault would make it wait, of a
 * broker that answers elsewhere: a machine that is too slow to ask proves nothing.
 */
import type { Disturbance, Link, ProbeResult, Subject } from '../model/cluster.ts'
import { messageOf } from '../model/errors.ts'
import type { Bite, Fault, Injection, LinkTarget, Moment } from '../model/fault.ts'
import { silentLinks } from '../model/silent-links.ts'

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
      strike: async () => {
        await disturbAll(links, fault.disturbance)

        return disturbed({ subject, links, silentBefore, kind: fault.disturbance.kind })
      }
    }
  }
})

/** All links or none: a blow that fails half-way is undone before it is reported. */
const disturbAll = async (links: readonly Link[], disturbance: Disturbance): Promise<void> => {
  const failed = (await Promise.allSettled(links.map(link => link.disturb(disturbance)))).filter(result => result.status === 'rejected')
  if (failed.length === 0) return

  await Promise.allSettled(links.map(link => link.heal()))
  throw new Error(`${failed.length} of ${links.length} links could not be disturbed: ${failed.map(({ reason }) => messageOf(reason)).join('; ')}`)
}

interface Disturbed {
  readonly subject: Subject
  readonly links: readonly Link[]
  readonly silentBefore: readonly string[]
  readonly kind: Disturbance['kind']
}

const disturbed = (state: Disturbed): Injection => ({
  bite: moment => lookForSilence(state, moment),
  [Symbol.asyncDispose]: async () => {
    await Promise.all(state.links.map(link => link.heal()))
  }
})

const lookForSilence = async ({ subject, links, silentBefore, kind }: Disturbed, moment: Moment): Promise<Bite> => {
  if (links.length === 0) return { bit: false, evidence: 'no link was chosen' }
  const dead = await endsThatDoNotRun(subject, links)
  // Another fault in force has killed an end: the links cannot be asked now. What was proven when they were disturbed stands.
  if (dead.length > 0 && moment === 'healing') return { bit: true, evidence: `not asked before healing: node ${dead.join(', ')} does not run` }

  const others = witnessesOf(subject, links)
  const results = await subject.cluster.probe([...links, ...others], probeDeadline)
  const during = results.filter(result => links.some(link => link.name === result.link))
  const problems = [
    ...silentBefore.map(link => `${link} did not answer before the fault`),
    ...during.flatMap(result => problemWith(result, kind)),
    ...results.filter(result => others.some(link => link.name === result.link) && !result.answered).map(({ link }) => `nor did the undisturbed ${link} answer`)
  ]

  return problems.length === 0
    ? { bit: true, evidence: `${during.map(result => result.link).join(', ')}: answered before, silent now` }
    : { bit: false, evidence: problems.join('; ') }
}

/** A black hole and a stall keep one waiting; an early end would mean that something else went wrong. */
const problemWith = ({ link, asked, answered, milliseconds }: ProbeResult, kind: Disturbance['kind']): readonly string[] => {
  if (!asked) return [`${link} could not be asked`]
  if (answered) return [`${link} still answers`]
  const waits = kind === 'black-hole' || kind === 'stall'

  return waits && milliseconds < probeDeadline.milliseconds * 0.8 ? [`${link} ended the connection after ${milliseconds} ms instead of keeping silent`] : []
}

/** The admin's way to each broker at the far end: it is not disturbed, so its answer shows that the broker could have answered. */
const witnessesOf = ({ cluster }: Subject, links: readonly Link[]): readonly Link[] =>
  cluster.links.filter(link => link.from === 'admin' && links.some(one => one.to === link.to) && !links.some(one => one.name === link.name))

const endsThatDoNotRun = async ({ cluster }: Subject, links: readonly Link[]): Promise<readonly number[]> => {
  const ends = cluster.nodes.filter(node => links.some(link => link.from === node.id || link.to === node.id))
  const states = await Promise.all(ends.map(async node => ({ id: node.id, ...await node.state() })))

  return states.filter(({ status }) => status !== 'running').map(({ id }) => id)
}
