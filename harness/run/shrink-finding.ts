/** What a run found, in so far as another run can be said to have found the same: the verdict, and the anomalies that weigh. */
import type { Finding, Verdict } from '../model/judgement.ts'
import type { RunReport } from '../model/report.ts'

export interface FoundInRun {
  readonly verdict: Verdict
  /** `lost (violation) of orders`, in alphabetical order; what is only information comes and goes, and is left out. */
  readonly anomalies: readonly string[]
}

/** What one run of a candidate came to. */
export interface Shown extends FoundInRun {
  /** Whether it found the same. */
  readonly same: boolean
  /** The run's folder, as it is told. */
  readonly folder: string
}

const unweighed: ReadonlySet<string> = new Set(['information', 'inconclusive'])

export const foundIn = ({ verdict, judgement }: Pick<RunReport, 'verdict' | 'judgement'>): FoundInRun => ({
  verdict,
  anomalies: [...new Set(judgement.findings.filter(({ level }) => !unweighed.has(level)).map(keyOf))].toSorted()
})

/** Of which topic, and for which group, is part of what was found; in which partition, and how often, is chance. */
const keyOf = ({ anomaly, level, topic, group }: Finding): string =>
  [`${anomaly} (${level})`, ...topic === null ? [] : [`of ${topic}`], ...group === null ? [] : [`for ${group}`]].join(' ')

export const compared = (wanted: FoundInRun, report: RunReport): Shown => {
  const found = foundIn(report)
  const same = found.verdict === wanted.verdict && found.anomalies.join() === wanted.anomalies.join()

  return { ...found, same, folder: report.folder }
}

export const foundWords = ({ verdict, anomalies }: FoundInRun): string => `${verdict}: ${anomalies.length === 0 ? 'nothing found' : anomalies.join(', ')}`
