/**
 * How long each partition went without an acknowledgement after each fault began, while sends waited: when acknowledgements
 * stopped, and when they came back. A measure, not a judgement; a run's report tells it.
 *
 * Example: `injecting` at 10 s; acknowledgements at 10.1 s and at 21 s, and sends waited all the time: 10.9 s, recovered.
 */
import type { Evidence } from '../model/evidence.ts'
import { acknowledgementGaps } from './acknowledgement-gaps.ts'
import { longestOf } from './unavailable.ts'

export interface Recovery {
  readonly topic: string
  readonly partition: number
  readonly fault: string
  /** The longest time without an acknowledgement while sends waited. */
  readonly milliseconds: number
  /** An acknowledgement ended that time. */
  readonly recovered: boolean
  /** Both in microseconds since the run began. */
  readonly stoppedAt: number
  readonly resumedAt: number | null
}

/** For each fault and each partition with sends. A fault's time lasts until the next one begins. */
export const recoveryOf = (evidence: Evidence): readonly Recovery[] => {
  const begun = beginnings(evidence)
  if (begun.length === 0) return []

  return evidence.partitions.flatMap(({ topic, partition }, index) => {
    if (partition === null || evidence.sends.starts[index + 1] === evidence.sends.starts[index]) return []
    const gaps = acknowledgementGaps(evidence, index)

    return begun.map(({ fault, at }, order): Recovery => {
      const next = begun[order + 1]?.at ?? Infinity
      const during = gaps.filter(gap => gap.to > at && Math.max(gap.from, at) < next).map(gap => ({ ...gap, from: Math.max(gap.from, at) }))
      const longest = longestOf(during)

      return {
        topic: evidence.topics[topic]!.name,
        partition,
        fault,
        milliseconds: longest === undefined ? 0 : (longest.to - longest.from) / 1000,
        recovered: longest?.acknowledged ?? true,
        stoppedAt: longest?.from ?? at,
        resumedAt: longest === undefined || !longest.acknowledged ? null : longest.to
      }
    })
  })
}

interface Beginning {
  readonly fault: string
  readonly at: number
}

/** When each fault began, each time: at `injecting`, or at an `injected` that nothing announced. */
const beginnings = ({ faults }: Evidence): readonly Beginning[] => {
  const announced = new Set<string>()
  const found: Beginning[] = []
  for (const { fault, phase, at } of faults) {
    if (phase === 'injecting') {
      found.push({ fault, at })
      announced.add(fault)
    } else if (phase === 'injected' && !announced.delete(fault)) found.push({ fault, at })
  }

  return found
}
