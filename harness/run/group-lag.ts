/**
 * How far each group was behind, over the time of a run: records that had been acknowledged, and that the group had not been delivered.
 * What it was never delivered counts only if the log has it in the end: what expired, was aborted or is lost keeps nobody waiting.
 *
 * Example: acknowledged at 100, 200 and 300 ms, delivered at 150 ms, at 900 ms and never: at 500 ms the group is two behind, at 1 s one.
 */
import { marks, outcomes, type Consumption, type Evidence } from '../model/evidence.ts'
import type { LagReport } from '../model/report.ts'

export interface LagMeasuring {
  readonly add: (evidence: Evidence) => void
  /** By the groups' names. */
  readonly lags: () => readonly LagReport[]
}

/** Of a curve whose steps are wider, each value is the highest of several. */
export const finestStepMs = 500
const mostSteps = 600
/** Who is no further behind than this part of the most, or than in the calmest tenth of the load, has caught up: some records are always on their way. */
const leftOver = 0.05
const calm = 0.1
/** What is over sooner was no backlog. */
const leastCatchUpMs = 2000

export const startLag = (): LagMeasuring => {
  /** By group: by how many records it fell behind, or caught up, from one step to the next. */
  const changes = new Map<string, Map<number, number>>()

  return {
    add: evidence => {
      for (const consumption of evidence.consumption) {
        const group = evidence.groups[consumption.group] ?? ''
        const own = changes.get(group) ?? new Map<number, number>()
        changes.set(group, own)
        visitWaits(evidence, consumption, (from, to) => {
          own.set(stepAt(from), (own.get(stepAt(from)) ?? 0) + 1)
          if (to !== undefined) own.set(stepAt(to), (own.get(stepAt(to)) ?? 0) - 1)
        })
      }
    },
    lags: () => {
      const last = [...changes.values()].flatMap(own => [...own.keys()]).reduce((latest, step) => Math.max(latest, step), 0)

      return [...changes].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([group, own]) => lagOf(group, curveOf(own, last)))
    }
  }
}

/** The first step at whose time something of this time has happened. */
const stepAt = (us: number): number => Math.ceil(us / 1000 / finestStepMs)

/** Calls back for each record that the group had to wait for: since when, and until when if it came. */
const visitWaits = ({ sends, audits, recordCount }: Evidence, { partition, deliveries }: Consumption, visit: (from: number, to: number | undefined) => void): void => {
  const deliveredAt = new Float64Array(recordCount).fill(Infinity)
  for (let row = deliveries.length - 1; row >= 0; row -= 1) deliveredAt[deliveries.record[row] ?? 0] = deliveries.at[row] ?? 0
  const readable = new Uint8Array(recordCount)
  for (const { rows } of audits.filter(audit => audit.partition === partition && audit.replica === null)) {
    for (let row = 0; row < rows.length; row += 1) if (((rows.marks[row] ?? 0) & marks.uncommitted) === 0) readable[rows.record[row] ?? 0] = 1
  }

  const seen = new Uint8Array(recordCount)
  for (let row = sends.starts[partition] ?? 0; row < (sends.starts[partition + 1] ?? 0); row += 1) {
    const record = sends.record[row] ?? 0
    if (sends.outcome[row] !== outcomes.acknowledged || seen[record] === 1) continue
    seen[record] = 1
    const [from, to] = [sends.outcomeAt[row] ?? 0, deliveredAt[record] ?? Infinity]
    if (Number.isFinite(to) ? to > from : readable[record] === 1) visit(from, Number.isFinite(to) ? to : undefined)
  }
}

const curveOf = (changes: ReadonlyMap<number, number>, last: number): readonly number[] => {
  let behind = 0

  return Array.from({ length: last + 1 }, (_, step) => (behind += changes.get(step) ?? 0))
}

const lagOf = (group: string, curve: readonly number[]): LagReport => {
  const most = curve.reduce((highest, behind) => Math.max(highest, behind), 0)
  const mostStep = curve.indexOf(most)
  const caughtUp = Math.max(most * leftOver, usualOf(curve))
  const end = curve.findIndex((behind, step) => step > mostStep && behind <= caughtUp)
  const tookMs = (end - mostStep) * finestStepMs
  const width = Math.ceil(curve.length / mostSteps)

  return {
    group,
    stepMs: finestStepMs * width,
    behind: Array.from({ length: Math.ceil(curve.length / width) }, (_, index) => Math.max(...curve.slice(index * width, (index + 1) * width))),
    most,
    mostAt: mostStep * finestStepMs * 1000,
    ...end === -1 ? {} : { caughtUpAt: end * finestStepMs * 1000 },
    ...tookMs < leastCatchUpMs ? {} : { caughtUpPerSecond: Math.round((most - (curve[end] ?? 0)) * 1000 / tookMs) }
  }
}

/** From the first record on. */
const usualOf = (curve: readonly number[]): number => {
  const underLoad = curve.slice(Math.max(0, curve.findIndex(behind => behind > 0))).toSorted((one, other) => one - other)

  return underLoad[Math.floor(underLoad.length * calm)] ?? 0
}
