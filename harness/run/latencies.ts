/**
 * How long sends took to be acknowledged before, during and after each fault: a claim that something costs latency shows here what it
 * cost. Counted in steps of two in a hundred, so that what is measured of parts of the evidence can be put together.
 *
 * Only acknowledged sends count, each by when it was invoked; those that ended otherwise are told by the run's figures.
 */
import { outcomes, type Evidence } from '../model/evidence.ts'
import type { FaultLatency, LatencyFigures } from '../model/report.ts'
import type { FaultRun } from './fault-run.ts'

/** Before a fault and after it so much is looked at, but nothing of another fault that comes earlier or later. */
const besideUs = 10_000_000
const step = 1.02

type Stretch = keyof FaultLatency

export interface LatencyMeasuring {
  readonly add: (evidence: Evidence) => void
  /** By the faults' order. */
  readonly latencies: () => readonly FaultLatency[]
}

type Times = Pick<FaultRun, 'injectingAt' | 'injectedAt' | 'healedAt'>

export const startLatencies = (faults: readonly Times[]): LatencyMeasuring => {
  const counted = faults.map(fault => stretchesOf(fault, faults).map(stretch => ({ ...stretch, counts: new Map<number, number>() })))
  const all = counted.flat()

  return {
    add: ({ sends }) => {
      if (all.length === 0) return
      for (let row = 0; row < sends.length; row += 1) {
        if (sends.outcome[row] !== outcomes.acknowledged) continue
        const at = sends.at[row] ?? 0
        const place = placeOf((sends.outcomeAt[row] ?? at) - at)
        for (const { from, to, counts } of all) if (at >= from && at < to) counts.set(place, (counts.get(place) ?? 0) + 1)
      }
    },
    latencies: () => counted.map(stretches => Object.fromEntries(stretches.flatMap(({ name, counts }) => counts.size === 0 ? [] : [[name, figuresOf(counts)]])))
  }
}

interface Span {
  readonly name: Stretch
  readonly from: number
  readonly to: number
}

/** Of a fault that never struck, or was not healed, nothing can be told. */
const stretchesOf = ({ injectingAt, injectedAt, healedAt }: Times, faults: readonly Times[]): readonly Span[] => {
  if (injectedAt === undefined || healedAt === undefined) return []
  const earlier = faults.map(fault => fault.healedAt ?? 0).filter(at => at <= injectingAt)
  const later = faults.map(fault => fault.injectingAt).filter(at => at >= healedAt)

  return [
    { name: 'before', from: Math.max(injectingAt - besideUs, ...earlier), to: injectingAt },
    { name: 'during', from: injectingAt, to: healedAt },
    { name: 'after', from: healedAt, to: Math.min(healedAt + besideUs, ...later) }
  ]
}

const placeOf = (us: number): number => Math.ceil(Math.log(Math.max(1, us)) / Math.log(step))
const msAt = (place: number): number => Number((step ** place / 1000).toPrecision(3))

const figuresOf = (counts: ReadonlyMap<number, number>): LatencyFigures => {
  const sorted = [...counts].toSorted(([one], [other]) => one - other)
  const sends = sorted.reduce((sum, [, count]) => sum + count, 0)
  const within = (part: number): number => {
    let passed = 0

    return msAt((sorted.find(([, count]) => (passed += count) >= part * sends) ?? [0])[0])
  }

  return { sends, p50Ms: within(0.5), p99Ms: within(0.99) }
}
