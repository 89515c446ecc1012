/**
 * Power cuts: the one fault that a safe contract does not survive unless every record is flushed. One counts for a partition
 * if it hit at least as many brokers as the partition has replicas, in faults that overlapped in time.
 *
 * Example: three faults `power-cut`, each of one broker, all injected within a second: together they hit three.
 */
import type { Evidence, FaultEvidence } from '../model/evidence.ts'

/** Overlapping cuts, taken together. */
export interface PowerCut {
  readonly brokers: number
  /** When the last of them healed; Infinity: never. */
  readonly healedAt: number
}

interface Outage {
  readonly from: number
  readonly to: number
  /** Null: no line says whom it hit, so it may have been all. */
  readonly brokers: readonly number[] | null
}

export const powerCuts = ({ faults }: Pick<Evidence, 'faults'>): readonly PowerCut[] => {
  const groups: Outage[][] = []
  let to = -Infinity
  for (const outage of outagesOf(faults).sort((left, right) => left.from - right.from)) {
    if (outage.from > to) groups.push([])
    groups.at(-1)!.push(outage)
    to = Math.max(to, outage.to)
  }

  return groups.map(joined)
}

const joined = (outages: readonly Outage[]): PowerCut => {
  const hit = outages.map(({ brokers }) => brokers)

  return {
    healedAt: Math.max(...outages.map(({ to }) => to)),
    brokers: hit.every(brokers => brokers !== null) ? new Set(hit.flat()).size : Infinity
  }
}

/** Each stretch from `injected` to `healed` of the faults that are power cuts. */
const outagesOf = (faults: readonly FaultEvidence[]): Outage[] => {
  const byFault = Map.groupBy(faults, ({ fault }) => fault)

  return [...byFault.values()].filter(lines => lines.some(({ what }) => what === 'power-cut')).flatMap(lines => {
    const told = lines.flatMap(({ brokers }) => brokers ?? [])
    const brokers = lines.every(line => line.brokers === null) ? null : told

    return stretches(lines).map(stretch => ({ ...stretch, brokers }))
  })
}

/** Lines come in the order of time; a fault may have been injected more than once. */
const stretches = (lines: readonly FaultEvidence[]): { readonly from: number, readonly to: number }[] => {
  const result: { from: number, to: number }[] = []
  let from: number | null = null
  for (const { phase, at } of lines) {
    if (phase === 'injected') from ??= at
    if (phase !== 'healed' || from === null) continue
    result.push({ from, to: at })
    from = null
  }
  if (from !== null) result.push({ from, to: Infinity })

  return result
}

/** When the last power cut that covered this many replicas healed; -Infinity without one. */
export const cutUntil = (cuts: readonly PowerCut[], replicas: number): number => {
  let until = -Infinity
  for (const { brokers, healedAt } of cuts) if (brokers >= replicas) until = Math.max(until, healedAt)

  return until
}
