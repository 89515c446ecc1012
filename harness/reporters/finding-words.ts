/**
 * Findings in words: what was found, in a sentence that counts it, and what a person can do about it. "lost" is only said
 * of acknowledged records, and blame goes no further than the evidence.
 */
import { type Finding, type Level, levels, type Witness } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import { anomalyPage } from './anomaly-page.ts'
import { anomalyWords } from './anomaly-words.ts'
import { counted, grouped } from './figures.ts'

/** All findings of one anomaly at one level, told together: a broken run has one for each partition. */
export interface FindingGroup {
  readonly anomaly: string
  readonly level: Level
  readonly count: number
  /** `3 acknowledged records are gone`. */
  readonly told: string
  /** `orders-0: 2, orders-2: 1`; of a group where it concerns one. */
  readonly places: string
  /** Why the level is what it is; each reason once. */
  readonly reasons: readonly string[]
  /** `p1:17 at offset 41`. */
  readonly witnesses: readonly string[]
  /** What to do. */
  readonly next: string | undefined
  /** `docs/anomalies/lost.md`. */
  readonly page: string
}

/** The gravest first. */
export const groupFindings = (findings: readonly Finding[]): readonly FindingGroup[] =>
  [...Map.groupBy(findings, ({ anomaly, level }) => `${level}/${anomaly}`).values()]
    .map(groupOf)
    .sort((one, other) => levels.indexOf(one.level) - levels.indexOf(other.level) || other.count - one.count)

/** True for what makes a verdict bad or doubtful; false for what the configuration permits and for mere information. */
export const weighs = ({ level }: { readonly level: Level }): boolean => level !== 'permitted' && level !== 'information'

const groupOf = (findings: readonly Finding[]): FindingGroup => {
  const [first] = findings
  if (first === undefined) throw new Error('A group has at least one finding.')

  const words = anomalyWords[first.anomaly]
  const count = findings.reduce((sum, finding) => sum + finding.count, 0)

  return {
    anomaly: first.anomaly,
    level: first.level,
    count,
    told: counted(count, words.one, words.many),
    places: listed(findings.map(finding => placeOf(finding, { counting: findings.length > 1 }))),
    reasons: [...new Set(findings.map(({ reason }) => printable(reason)))],
    witnesses: [...new Set(findings.flatMap(({ witnesses }) => witnesses).map(witnessText))].filter(text => text !== '').slice(0, 3),
    next: weighs(first) ? words.next : undefined,
    page: anomalyPage(first.anomaly)
  }
}

const placeOf = ({ topic, partition, group, count }: Finding, { counting }: { readonly counting: boolean }): string => {
  const place = topic === null ? 'several partitions' : partition === null ? printable(topic) : `${printable(topic)}-${partition}`
  const whose = group === null ? '' : ` (group ${printable(group)})`

  return place + whose + (counting ? `: ${grouped(count)}` : '')
}

const shownPlaces = 6

const listed = (places: readonly string[]): string =>
  places.length <= shownPlaces
    ? places.join(', ')
    : `${places.slice(0, shownPlaces).join(', ')} and ${grouped(places.length - shownPlaces)} more`

const witnessText = ({ id, offset, member }: Witness): string => {
  const parts = [
    ...id === null ? [] : [printable(id)],
    ...offset === null ? [] : [`at offset ${grouped(offset)}`],
    ...member === undefined ? [] : [`by ${printable(member)}`]
  ]

  return parts.join(' ')
}
