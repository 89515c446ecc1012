/**
 * What can be said of a run while it goes on. A live finding is one that no later evidence can take back: whatever could still make it
 * innocent keeps it from being said. So most anomalies have no live form, and none of this replaces the judgement at the end.
 */
import type { Anomaly } from '../../model/judgement.ts'
import type { Acks } from '../../model/workload.ts'

export interface LiveFinding {
  /** What the judgement may call it: one of these. */
  readonly anomalies: readonly [Anomaly, ...Anomaly[]]
  readonly level: 'violation' | 'permitted'
  /** `orders-0`. */
  readonly partition: string
  readonly count: number
  /** What is certain, as a sentence without its period. */
  readonly text: string
  /** What decided the level: `acks=1, min ISR 2, unclean election off`. */
  readonly contract: string
}

/** What one topic and the run's producers promise, as the judges will know it. */
export interface LiveContract {
  readonly minInsyncReplicas: number
  readonly uncleanLeaderElection: boolean
  readonly compacted: boolean
  /** Records may be cut off on every replica at once: power cuts are on the schedule, and records are not flushed before they are acknowledged. */
  readonly powerCuts: boolean
  /** By the producer's number. */
  readonly producers: ReadonlyMap<number, { readonly acks: Acks, readonly idempotent: boolean }>
}

export interface LiveWitness {
  /** `p1:17`. */
  readonly id: string
  readonly producer: number
  readonly offset: number
}

export const grouped = (count: number): string => count.toLocaleString('en-US')

/** How many of the records were sent by producers of each kind. */
export const countBy = <Kind>(byProducer: ReadonlyMap<number, number>, kindOf: (producer: number) => Kind): ReadonlyMap<Kind, number> => {
  const counts = new Map<Kind, number>()
  for (const [producer, count] of byProducer) counts.set(kindOf(producer), (counts.get(kindOf(producer)) ?? 0) + count)

  return counts
}
