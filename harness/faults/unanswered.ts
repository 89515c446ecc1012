/**
 * The proof of faults that leave questions unanswered: the links answer an ApiVersions request before the fault, and under it the
 * question ends as the fault would end it. That counts only if it was really asked, of a broker that answers elsewhere: a machine
 * that is too slow to ask proves nothing.
 */
import type { Disturbance, Link, LinkHold, ProbeEnding, ProbeResult, Subject } from '../model/cluster.ts'
import { silentLinks } from '../model/silent-links.ts'
import type { LinkFault, Question } from './disturb-links.ts'

/** How long a question may take. Well above a loaded machine's answer, well below what a fault lasts. */
const deadline = { milliseconds: 2000 }

/** How a question ends under each; how it ends by the dropping of responses depends on when the connection is closed. */
const endings = {
  'black-hole': ['silent'],
  'stall': ['silent'],
  'drop-responses': ['silent', 'closed', 'reset'],
  'refuse': ['refused'],
  'reset': ['reset']
} as const satisfies Partial<Record<Disturbance['kind'], readonly ProbeEnding[]>>

type Kind = keyof typeof endings

/** Clients reach brokers by ports that the container engine forwards: it takes the connection itself, and hands on its end, not how. */
const endingsForClients: readonly ProbeEnding[] = ['refused', 'reset', 'closed']

export const leavesUnanswered = (kind: Kind): LinkFault['proof'] => async (subject, links) => {
  // Silent already; forgotten for those that another fault holds when this one strikes.
  const silentBefore = new Set(await silentLinks(subject.cluster, links, deadline))

  return async ({ holds, moment }) => {
    if (moment === 'struck') for (const [name, { others }] of holds) if (others) silentBefore.delete(name)

    return ask({ subject, links, kind, holds, silentBefore })
  }
}

interface Asking {
  readonly subject: Subject
  readonly links: readonly Link[]
  readonly kind: Kind
  readonly holds: ReadonlyMap<string, LinkHold>
  readonly silentBefore: ReadonlySet<string>
}

const ask = async ({ subject, links, kind, holds, silentBefore }: Asking): ReturnType<Question> => {
  const others = witnessesOf(subject, links)
  const probed = await subject.cluster.probe([...links, ...others], deadline)
  const results = links.flatMap(link => probed.filter(result => result.link === link.name).map(result => ({ link, result })))

  return {
    against: results.map(({ link, result }) => ({
      link: link.name,
      problems: [
        ...silentBefore.has(link.name) ? [`${link.name} did not answer before the fault`] : [],
        ...problemsWith(link, result, { kind, held: holds.get(link.name) })
      ]
    })),
    doubts: probed.filter(result => others.some(link => link.name === result.link) && !result.answered).map(({ link }) => `nor did the undisturbed ${link} answer`),
    shown: [...Map.groupBy(results, ({ result }) => result.ending)]
      .map(([ending, group]) => `${group.map(({ link }) => link.name).join(', ')}: answered before, ${ending} now`).join('; ')
  }
}

interface Circumstances {
  readonly kind: Kind
  readonly held: LinkHold | undefined
}

/** Any other end would mean that something else went wrong, or that another fault ended it. */
const problemsWith = (link: Link, { asked, answered, ending, milliseconds }: ProbeResult, { kind, held }: Circumstances): readonly string[] => {
  if (!asked) return [`${link.name} could not be asked`]
  if (answered) return [`${link.name} still answers`]
  const expected: readonly ProbeEnding[] = [...endings[kind], ...link.plane === 'client' && (kind === 'refuse' || kind === 'reset') ? endingsForClients : []]

  return held?.others || expected.includes(ending) ? [] : [`${link.name} was ${ending} after ${milliseconds} ms, not ${endings[kind].join(' or ')}`]
}

/** The admin's way to each broker at the far end: it is not disturbed, so its answer shows that the broker could have answered. */
const witnessesOf = ({ cluster }: Subject, links: readonly Link[]): readonly Link[] =>
  cluster.links.filter(link => link.from === 'admin' && links.some(one => one.to === link.to) && !links.some(one => one.name === link.name))
