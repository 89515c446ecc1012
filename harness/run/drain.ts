/**
 * The drain: producers send nothing new and wait for what is in flight, then every group is delivered what is there to its end.
 * What does not come to its end in time is told, and is a gap wherever the judgement could not show it; the audit and the
 * judges go on with what there is.
 */
import type { Isolation } from '../model/history.ts'
import type { Metadata, OffsetRange } from '../model/metadata.ts'
import { topicsWithTransactions } from '../model/workload.ts'
import { untilGroupReaches } from './group-progress.ts'
import type { Load } from './load.ts'
import type { RunContext } from './run-context.ts'

const producersMs = 40_000
const groupsMs = 60_000

export interface DrainDeadlines {
  readonly producersMs: number
  readonly groupsMs: number
}

type Notes = Pick<RunContext, 'topics' | 'incidents' | 'gaps'>

/** What the cluster is asked for. */
export interface Ends extends Pick<Metadata, 'offsets'> {
  /** Where what a reader is given ends, in partitions that transactions write to. */
  readonly recordEnds: (ranges: readonly OffsetRange[], isolation: Isolation) => Promise<readonly OffsetRange[]>
}

/** Answers the groups that did not come to the end of what they were to do. */
export const drainLoad = async (
  context: Notes, load: Pick<Load, 'clients' | 'tail'>, ends: Ends, deadlines: DrainDeadlines = { producersMs, groupsMs }
): Promise<readonly string[]> => {
  await Promise.all(load.clients.filter(({ plan }) => plan.kind === 'producer').map(async client => {
    const settled = await client.drain({ milliseconds: deadlines.producersMs })
    if (settled || !client.running()) return

    // What is in flight may still be written while the audit reads, and no finding would say so.
    const text = `${client.name} still had sends in flight ${deadlines.producersMs / 1000} s after the last one.`
    context.incidents.push(text)
    context.gaps.push(text)
  }))

  const unfinished: string[] = []
  for (const groups of inTurns(groupsOf(load))) unfinished.push(...await drainGroups(context, load, { groups, ends, deadlines }))

  return unfinished
}

/** What groups write is others' to read: it must be there before anybody asks where it ends. Those that read in a ring come together. */
const inTurns = (groups: readonly Group[]): readonly (readonly Group[])[] => {
  const isFed = ({ topics }: Group): boolean => groups.some(({ writes }) => writes.some(topic => topics.has(topic)))
  const [fed, ready] = [groups.filter(isFed), groups.filter(group => !isFed(group))]
  if (groups.length === 0) return []

  return ready.length === 0 ? [groups] : [ready, ...inTurns(fed)]
}

interface Draining {
  readonly groups: readonly Group[]
  readonly ends: Ends
  readonly deadlines: DrainDeadlines
}

/** Answers those that were too late. */
const drainGroups = async (context: Notes, load: Pick<Load, 'clients' | 'tail'>, { groups, ends, deadlines }: Draining): Promise<readonly string[]> => {
  if (groups.length === 0) return []
  const logs = await ends.offsets(context.topics.map(topic => topic.name))
  const transactional = topicsWithTransactions(load.clients.map(({ plan }) => plan))
  const late = await Promise.all(groups.map(async ({ group, topics, isolation, writes, ...begins }) => {
    const [ordinary, others] = [false, true].map(wanted => logs.filter(({ topic }) => topics.has(topic) && transactional.has(topic) === wanted))
    const own = { group, ...begins, targets: [...ordinary ?? [], ...await ends.recordEnds(others ?? [], isolation)] }
    const { behind } = await untilGroupReaches(load.tail, { ...own, ...writes.length > 0 ? { committed: true } : {} }, { milliseconds: deadlines.groupsMs })
    noteBehind(context, behind, `The group ${group} did not come to the end within ${deadlines.groupsMs / 1000} s`)

    return behind.length > 0 ? [group] : []
  }))

  return late.flat()
}

/**
 * A group that is behind is what a liveness finding is about: the judgement shows it (`undelivered`), and a gap, being graver,
 * would hide a run that has stalled behind one that is inconclusive. Only where the judgement would say nothing, or the wrong
 * thing, is the evidence not whole.
 */
const noteBehind = ({ incidents, gaps }: Notes, behind: Awaited<ReturnType<typeof untilGroupReaches>>['behind'], what: string): void => {
  const unjudged = behind.filter(({ judged }) => !judged)
  if (behind.length > 0) incidents.push(`${what}: ${behind.map(({ text }) => text).join(', ')}.`)
  if (unjudged.length > 0) gaps.push(`${what}, and its records would be judged wrongly or not at all: ${unjudged.map(({ text }) => text).join(', ')}.`)
}

interface Group {
  readonly group: string
  readonly topics: ReadonlySet<string>
  readonly isolation: Isolation
  readonly beginsAnywhere?: true
  /** The topics that it makes of them. */
  readonly writes: readonly string[]
}

const groupsOf = ({ clients }: Pick<Load, 'clients'>): readonly Group[] => {
  const members = clients.flatMap(({ plan }) => plan.kind === 'member' ? [plan] : [])

  return [...Map.groupBy(members, member => member.group)]
    .map(([group, own]) => ({
      group,
      topics: new Set(own.flatMap(member => member.topics.map(topic => topic.name))),
      isolation: own.every(({ isolation }) => isolation === 'read_committed') ? 'read_committed' : 'read_uncommitted',
      writes: own.flatMap(({ transform }) => transform?.to.name ?? []),
      ...own.every(({ reset = 'earliest' }) => reset === 'earliest') ? {} : { beginsAnywhere: true }
    }))
}
