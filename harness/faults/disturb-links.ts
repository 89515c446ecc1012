/**
 * What all faults on links share: the links must answer an ApiVersions request before the fault and must not during it, or
 * the fault did not bite. Healing is per link and idempotent.
 */
import type { Disturbance, Link, Subject } from '../model/cluster.ts'
import type { Bite, Fault, Injection, LinkTarget } from '../model/fault.ts'

/** How long a probe may take. Well above a loaded machine's answer, well below what a fault lasts. */
const probeDeadline = { milliseconds: 2000 }

export interface LinkFault {
  /** `cut`, `stall`, `drop responses on`. */
  readonly verb: string
  readonly what: string
  readonly disturbance: Disturbance
}

export const disturbLinks = (target: LinkTarget, { verb, what, disturbance }: LinkFault): Fault => ({
  description: `${verb} ${target.description}`,
  what,
  needs: ['links'],
  prepare: async (subject, random) => {
    const links = await target.choose(subject, random)
    const before = await subject.cluster.probe(links, probeDeadline)
    const silent = before.filter(result => !result.answered).map(result => result.link)

    return {
      whom: links.map(link => link.name).join(', '),
      brokers: [...new Set(links.flatMap(link => [link.from, link.to]).filter(end => typeof end === 'number'))].toSorted((a, b) => a - b),
      clients: [],
      strike: async () => {
        await Promise.all(links.map(link => link.disturb(disturbance)))

        return disturbed(subject, links, silent)
      }
    }
  }
})

const disturbed = (subject: Subject, links: readonly Link[], silentBefore: readonly string[]): Injection => ({
  bite: async () => biteOf(await subject.cluster.probe(links, probeDeadline), silentBefore),
  [Symbol.asyncDispose]: async () => {
    await Promise.all(links.map(link => link.heal()))
  }
})

/** A link that was already silent before the fault proves nothing by being silent now. */
const biteOf = (during: readonly { readonly link: string, readonly answered: boolean }[], silentBefore: readonly string[]): Bite => {
  const answered = during.filter(result => result.answered).map(result => result.link)
  const problems = [
    ...silentBefore.map(link => `${link} did not answer before the fault`),
    ...answered.map(link => `${link} still answers`)
  ]

  return during.length > 0 && problems.length === 0
    ? { bit: true, evidence: `${during.map(result => result.link).join(', ')}: answered before, silent now` }
    : { bit: false, evidence: problems.join('; ') || 'no link was chosen' }
}
