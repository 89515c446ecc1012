/**
 * Whether a file's default export is an experiment, in so far as its author could have got it wrong: the compiler checks
 * the rest, but Node runs files that the compiler never saw.
 */
import type { Experiment } from '../model/experiment.ts'
import { UsageError } from '../model/errors.ts'
import { oddAlarm } from './alarm-shape.ts'

const example = 'Begin the file with `export default experiment({ claim: ..., cluster: ..., workload: ..., duration: ..., checkers: [...] })`.'

/** Returns the experiment, or throws a UsageError that names the file and the field. */
export const refuseUnlessExperiment = (exported: unknown, file: string): Experiment => {
  const refuse = (happened: string): never => {
    throw new UsageError({ happened, where: file, next: example })
  }

  if (exported === undefined) return refuse('It has no default export.')
  if (!isObject(exported) || exported['kind'] !== 'experiment') {
    return refuse('Its default export was not made by `experiment(...)`.')
  }

  const wrong = wrongField(exported) ?? oddAlarm(exported as unknown as Experiment)
  if (wrong !== undefined) return refuse(wrong)

  return exported as unknown as Experiment
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

const isDuration = (value: unknown): boolean =>
  isObject(value) && typeof value['milliseconds'] === 'number' && value['milliseconds'] > 0

const isWorkload = (value: unknown): boolean => isObject(value) && Array.isArray(value['clients']) && Array.isArray(value['topics'])

/** The first field that is not what it must be, in a sentence. */
const wrongField = ({ claim, cluster, workload, nemesis, duration, checkers, client }: Readonly<Record<string, unknown>>): string | undefined => {
  if (typeof claim !== 'string' || claim.trim() === '') return 'Its `claim` must be a sentence that a reader could dispute.'
  if (!isObject(cluster) || typeof cluster['brokers'] !== 'number') return 'Its `cluster` must be made by `brokers(...)`.'
  if (!Array.isArray(workload) || workload.length === 0 || !workload.every(isWorkload)) return 'Its `workload` must be one workload or a list of some.'
  if (nemesis !== undefined && !(isObject(nemesis) && typeof nemesis['schedule'] === 'function')) return 'Its `nemesis` must be made by a word like `every(...)`.'
  const [first, ...others] = storesOf(workload)
  if (first !== undefined && others.some(other => other !== first)) return 'Its groups must all have an `effect`, or an output, or none of them: what is counted of one would be missed of the others.'
  const shared = sharedOutput(workload)
  if (shared !== undefined) return `Its groups must not write to one topic: what one of them has made of a record in ${shared} would be counted for the other.`
  const divided = dividedStore(workload)
  if (divided !== undefined) return `The members of its group ${divided} must all have the same \`effect\`: what some of them keep elsewhere would be missed.`
  const open = openTopic(workload)
  if (open !== undefined) return `Its topic ${open} is written to by keyless producers alone: it needs one more that names its partitions, for what a fault met is counted in those.`
  if (!isDuration(duration)) return 'Its `duration` must be made by `seconds(...)` or `minutes(...)`, and be longer than nothing.'
  if (!Array.isArray(checkers)) return 'Its `checkers` must be a list.'
  if (client !== undefined && typeof client !== 'string') return 'Its `client` must be the name of one, as in \'kafkajs\'.'

  return undefined
}

const clientsOf = (workload: readonly unknown[], kind: string): readonly Readonly<Record<string, unknown>>[] => workload.flatMap(one =>
  (isObject(one) && Array.isArray(one['clients']) ? one['clients'] : []).flatMap((client: unknown) => isObject(client) && client['kind'] === kind ? [client] : []))

const membersOf = (workload: readonly unknown[]): readonly Readonly<Record<string, unknown>>[] => clientsOf(workload, 'member')

/** Of each group member, whether it has a store, or an output. */
const storesOf = (workload: readonly unknown[]): readonly boolean[] => membersOf(workload).map(({ effect, transform }) => effect !== undefined || transform !== undefined)

/** A topic that several groups write to. */
const sharedOutput = (workload: readonly unknown[]): string | undefined => {
  const writers = new Map<string, unknown>()
  for (const { group, transform } of membersOf(workload)) {
    const to = isObject(transform) && isObject(transform['to']) ? transform['to']['name'] : undefined
    if (typeof to !== 'string') continue
    if (writers.has(to) && writers.get(to) !== group) return to
    writers.set(to, group)
  }

  return undefined
}

/** A group whose members keep their effects in several ways. */
const dividedStore = (workload: readonly unknown[]): string | undefined => {
  const effects = new Map<string, string>()
  for (const { group, effect } of membersOf(workload)) {
    const words = JSON.stringify(effect ?? null)
    if ((effects.get(String(group)) ?? words) !== words) return String(group)
    effects.set(String(group), words)
  }

  return undefined
}

/** A topic to which nobody writes who says where. */
const openTopic = (workload: readonly unknown[]): string | undefined => {
  const byTopic = Map.groupBy(clientsOf(workload, 'producer'), ({ topic }) => isObject(topic) ? String(topic['name']) : '')

  return [...byTopic].find(([, writers]) => writers.every(({ usage }) => usage === 'keyless'))?.[0]
}
