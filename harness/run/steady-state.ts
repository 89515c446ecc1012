/**
 * When a cluster is steady: every node's process running, every broker registered and unfenced, every partition led, every ISR whole, and every
 * broker answering: one that was killed for less than its session stays registered while its new life cannot serve anybody yet. It is asked
 * before the load, before each fault and after the last, and says what is missing, of nodes and of partitions, rather than only that something is.
 */
import { DeadlineError } from '../model/deadline.ts'
import { messageOf } from '../model/errors.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Metadata, PartitionState } from '../model/metadata.ts'
import { silentLinks } from '../model/silent-links.ts'
import type { TopicPlan } from '../model/topic.ts'
import { untilNothingIsMissing } from './waiting.ts'

const answerMs = 2000

export interface SteadyState {
  readonly metadata: Metadata
  readonly cluster: Pick<Cluster, 'nodes' | 'links' | 'probe'>
  readonly topics: readonly TopicPlan[]
}

export const untilSteady = (state: SteadyState, options: { readonly deadlineMs: number, readonly signal: AbortSignal }): Promise<void> =>
  untilNothingIsMissing(() => whatIsMissing(state), { what: 'a steady cluster', everyMs: 250, ...options })

/** Undefined, or why not: what was broken stays so past the deadline, and what there is can still be audited and judged. */
export const whyNotRecovered = async (steady: Promise<void>): Promise<string | undefined> => {
  try {
    await steady

    return undefined
  } catch (error) {
    if (error instanceof DeadlineError) return `The cluster did not recover. ${error.message}`
    throw error
  }
}

const whatIsMissing = async (state: SteadyState): Promise<string | undefined> => {
  // Controllers of their own register nowhere that a client sees: whether each node's process runs is asked of the provider.
  const states = await Promise.all(state.cluster.nodes.map(async node => ({ id: node.id, ...await node.state() })))
  const still = states.filter(({ status }) => status !== 'running')
  const lacking = await lackingInCluster(state, { besides: still.map(({ id }) => id) }).catch((error: unknown) => {
    if (still.length === 0) throw error

    return [`word of the cluster (${messageOf(error)})`]
  })
  const missing = [...still.map(({ id, status }) => `node ${id}, which is ${status}`), ...lacking]
  if (missing.length === 0) missing.push(...await unanswered(state.cluster))

  return missing.length === 0 ? undefined : missing.join('; ')
}

/** As the admin asks them: no fault is done to its links. */
const unanswered = async (cluster: SteadyState['cluster']): Promise<readonly string[]> =>
  (await silentLinks(cluster, cluster.links.filter(({ from }) => from === 'admin'), { milliseconds: answerMs })).map(link => `an answer through ${link}`)

const lackingInCluster = async ({ metadata, cluster: { nodes }, topics }: SteadyState, { besides }: { readonly besides: readonly number[] }): Promise<readonly string[]> => {
  const live = await metadata.liveBrokers()
  const absent = nodes.filter(node => node.roles.includes('broker') && !live.includes(node.id) && !besides.includes(node.id)).map(node => node.id)

  return [
    ...absent.length === 0 ? [] : [`broker ${absent.join(', ')}`],
    ...topics.length === 0 ? [] : lackingPartitions(topics, await metadata.partitions(topics.map(topic => topic.name)))
  ]
}

const lackingPartitions = (topics: readonly TopicPlan[], states: readonly PartitionState[]): readonly string[] =>
  topics.flatMap(({ name, partitions }) => Array.from({ length: partitions }, (_, partition) => {
    const state = states.find(one => one.topic === name && one.partition === partition)
    if (state === undefined) return [`any word of ${name}-${partition}`]
    if (state.leader === undefined) return [`a leader of ${name}-${partition}`]
    const out = state.replicas.filter(replica => !state.isr.includes(replica))

    return out.length === 0 ? [] : [`broker ${out.join(' and ')} in the ISR of ${name}-${partition}`]
  }).flat())
