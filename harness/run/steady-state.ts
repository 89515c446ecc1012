/**
 * When a cluster is steady: every broker registered and unfenced, every partition led, every ISR whole. It is asked before
 * the load, before each fault and after the last, and says what is missing rather than only that something is.
 */
import type { Metadata } from '../model/metadata.ts'
import { untilNothingIsMissing } from './waiting.ts'

export interface SteadyState {
  readonly metadata: Metadata
  readonly brokers: readonly number[]
  readonly topics: readonly string[]
}

export const untilSteady = (state: SteadyState, options: { readonly deadlineMs: number, readonly signal: AbortSignal }): Promise<void> =>
  untilNothingIsMissing(() => whatIsMissing(state), { what: 'a steady cluster', everyMs: 250, ...options })

const whatIsMissing = async ({ metadata, brokers, topics }: SteadyState): Promise<string | undefined> => {
  const live = await metadata.liveBrokers()
  const absent = brokers.filter(broker => !live.includes(broker))
  if (absent.length > 0) return `broker ${absent.join(', ')}`
  if (topics.length === 0) return undefined

  const partitions = await metadata.partitions(topics)
  const lacking = partitions.flatMap(({ topic, partition, leader, isr, replicas }) => {
    if (leader === undefined) return [`a leader of ${topic}-${partition}`]
    const out = replicas.filter(replica => !isr.includes(replica))

    return out.length === 0 ? [] : [`broker ${out.join(' and ')} in the ISR of ${topic}-${partition}`]
  })

  return lacking.length === 0 ? undefined : lacking.join('; ')
}
