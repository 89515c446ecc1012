/**
 * The proof of faults that slow links down: the same question takes longer than it can have taken without the fault, by a bound that
 * the fault gives. The quickest of several answers counts, so that a single pause of the machine is no slowness; and something
 * undisturbed beside the link must have stayed quick, so that a machine that became slow is none either.
 *
 * Example: 100 ms are asked for each way. `data:2->1` answers in 14 ms before; under the fault its quickest answer must take at least
 * 114 ms, half of the 200 ms that were asked for, while `data:2->3` goes on answering sooner than that.
 */
import type { Link, ProbeOptions, Subject } from '../model/cluster.ts'
import type { LinkFault, Question } from './disturb-links.ts'

export interface Slowness {
  readonly question: ProbeOptions
  readonly asks: number
  /** How long an answer must take at least, given how long it took before. */
  readonly leastMs: (beforeMs: number) => number
}

export const slowsDown = (slowness: Slowness): LinkFault['proof'] => async (subject, links) => {
  const witnesses = witnessesOf(subject, links)
  const before = await quickestAnswers(subject, [...links, ...witnesses.values()].flat(), slowness)

  return () => ask({ subject, links, witnesses, slowness, before })
}

/** How long the quickest answer took, in milliseconds. Undefined: it was not answered. Absent: it could not be asked. */
type Quickest = ReadonlyMap<string, number | undefined>

interface Asking {
  readonly subject: Subject
  readonly links: readonly Link[]
  readonly witnesses: ReadonlyMap<string, readonly Link[]>
  readonly slowness: Slowness
  readonly before: Quickest
}

const ask = async ({ subject, links, witnesses, slowness, before }: Asking): ReturnType<Question> => {
  const beside = [...new Set([...witnesses.values()].flat())]
  const now = await quickestAnswers(subject, [...links, ...beside], slowness)
  const stayedQuick = ({ name }: Link): boolean => {
    const [then, since] = [before.get(name), now.get(name)]

    return then !== undefined && since !== undefined && since < slowness.leastMs(then)
  }
  const unwitnessed = links.filter(({ name }) => {
    const own = witnesses.get(name) ?? []

    return own.length > 0 && !own.some(stayedQuick)
  })

  return {
    against: links.map(({ name }) => ({ link: name, problems: problemsWith(name, { before, now, slowness }) })),
    doubts: unwitnessed.map(({ name }) => `beside ${name} nothing undisturbed stayed as quick as it was (${(witnesses.get(name) ?? []).map(link => link.name).join(', ')})`),
    shown: links.map(({ name }) => `${name}: answered in ${before.get(name)} ms before, in ${now.get(name)} ms now`).join('; ')
  }
}

interface Answers {
  readonly before: Quickest
  readonly now: Quickest
  readonly slowness: Slowness
}

const problemsWith = (name: string, { before, now, slowness }: Answers): readonly string[] => {
  const [then, since] = [before.get(name), now.get(name)]
  if (then === undefined) return [`${name} did not answer before the fault`]
  if (!now.has(name)) return [`${name} could not be asked`]
  if (since === undefined) return [`${name} does not answer at all`]
  const least = Math.ceil(slowness.leastMs(then))

  return since >= least ? [] : [`${name} answered in ${since} ms (${then} ms before the fault); ${least} ms at least would have shown it`]
}

/** Asks all at once, several times over; who has not answered once is not asked again. */
const quickestAnswers = async ({ cluster }: Subject, links: readonly Link[], { question, asks }: Slowness): Promise<Quickest> => {
  const quickest = new Map<string, number | undefined>()
  let answering = [...new Set(links)]
  for (let time = 0; time < asks && answering.length > 0; time += 1) {
    const results = (await cluster.probe(answering, question)).filter(({ asked }) => asked)
    for (const { link, answered, milliseconds } of results) {
      const known = quickest.get(link)
      quickest.set(link, answered ? Math.min(milliseconds, known ?? Infinity) : known)
    }
    answering = answering.filter(({ name }) => results.some(({ link, answered }) => link === name && answered))
  }

  return quickest
}

/** What is as far as each link and undisturbed: what else starts where it does, and the admin's way to its end. */
const witnessesOf = ({ cluster }: Subject, links: readonly Link[]): ReadonlyMap<string, readonly Link[]> => new Map(links.map(({ name, from, to }) => {
  const undisturbed = cluster.links.filter(other => !links.some(one => one.name === other.name))

  return [name, undisturbed.filter(other => other.from === from || (other.from === 'admin' && other.to === to))]
}))
