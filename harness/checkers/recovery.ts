/**
 * How long each partition went without an acknowledgement after each fault began, while sends waited: when acknowledgements
 * stopped, and when they came back. A measure, not a judgement; a run's report tells it.
 *
 * Example: `injecting` at 10 s; acknowledgements at 10.1 s and at 21 s, and sends waited all the time: 10.9 s, recovered.
 */
import { outcomes, type Evidence } from '../model/evidence.ts'
import { visitGaps, type AcknowledgementGap } from './acknowledgement-gaps.ts'

export interface Recovery {
  readonly topic: string
  readonly partition: number
  readonly fault: string
  /** The longest time without an acknowledgement while sends waited. */
  readonly milliseconds: number
  /** An acknowledgement ended that time, or came later, when all that had waited had been given up. */
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

    return longestGaps(evidence, index, begun).map((longest, order): Recovery => {
      const resumedAt = longest.acknowledged ? longest.to : firstAcknowledgedAfter(evidence, index, longest.to)

      return {
        topic: evidence.topics[topic]!.name,
        partition,
        fault: begun[order]!.fault,
        milliseconds: (longest.to - longest.from) / microsecondsInMillisecond,
        recovered: resumedAt !== null,
        stoppedAt: longest.from,
        resumedAt: longest.to > longest.from ? resumedAt : null
      }
    })
  })
}

const firstAcknowledgedAfter = ({ sends }: Evidence, partition: number, time: number): number | null => {
  let first = Number.POSITIVE_INFINITY
  for (let send = sends.starts[partition]!; send < sends.starts[partition + 1]!; send++) {
    const at = sends.outcomeAt[send]!
    if (sends.outcome[send] === outcomes.acknowledged && at > time && at < first) first = at
  }

  return Number.isFinite(first) ? first : null
}

const microsecondsInMillisecond = 1000

/** By fault: the longest gap within its time; one of no length where there was none. */
const longestGaps = (evidence: Evidence, partition: number, begun: readonly Beginning[]): readonly AcknowledgementGap[] => {
  const longest = begun.map(({ at }): AcknowledgementGap => ({ from: at, to: at, acknowledged: true }))
  let first = 0
  visitGaps(evidence, partition, ({ from, to, acknowledged }) => {
    while (first + 1 < begun.length && begun[first + 1]!.at <= from) first += 1
    for (let fault = first; fault < begun.length && begun[fault]!.at < to; fault++) {
      const since = Math.max(from, begun[fault]!.at)
      const known = longest[fault]!
      if (to - since > known.to - known.from) longest[fault] = { from: since, to, acknowledged }
    }
  })

  return longest
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
