/**
 * Counts what checkers find into findings: one for each anomaly, level, topic, partition and group, with an exact count, the
 * first few witnesses, and the reasons that applied.
 */
import type { Evidence } from '../model/evidence.ts'
import { anomalies, levels, type Anomaly, type Finding, type Level, type Witness } from '../model/judgement.ts'
import type { Reason } from './promises.ts'

/** In place of a partition or a group: the finding belongs to none. */
export const nowhere = -1

export interface Found {
  readonly anomaly: Anomaly
  readonly level: Level
  /** A partition of the evidence, or `nowhere`. */
  readonly partition: number
  /** A group of the evidence, or `nowhere`. */
  readonly group?: number
  /** 1 unless it says otherwise. */
  readonly count?: number
  readonly reason: Reason
  /** Made only if the finding still has room for it; null: there is nothing to point at. */
  readonly witness: (() => Witness) | null
}

export interface Tally {
  readonly add: (found: Found) => void
  readonly findings: () => readonly Finding[]
}

interface Counted {
  readonly first: Found
  count: number
  readonly reasons: Map<string, string>
  readonly witnesses: Witness[]
}

const mostReasons = 3

type Places = Pick<Evidence, 'partitions' | 'topics' | 'groups' | 'within'>

export const tally = (evidence: Places, mostWitnesses: number): Tally => {
  const counted = new Map<string, Counted>()
  const { within } = evidence

  return {
    add: found => {
      const { anomaly, level, partition, group = nowhere, count = 1 } = found
      // Of other partitions there is not all the evidence here, and what it seems to show would be wrong.
      if (within !== undefined && partition !== nowhere && !within.has(partition)) return
      const key = `${anomaly}|${level}|${partition}|${group}`
      let known = counted.get(key)
      if (known === undefined) counted.set(key, known = { first: found, count: 0, reasons: new Map(), witnesses: [] })
      known.count += count
      const { reasons, witnesses } = known
      if (reasons.size < mostReasons && !reasons.has(found.reason.cause)) reasons.set(found.reason.cause, found.reason.words())
      if (witnesses.length < mostWitnesses && found.witness !== null) witnesses.push(found.witness())
    },
    findings: () => [...counted.values()].map(({ first, count, reasons, witnesses }) => ({
      anomaly: first.anomaly,
      level: first.level,
      count,
      reason: [...new Set(reasons.values())].join('; '),
      ...placeOf(evidence, first),
      witnesses
    }))
  }
}

const placeOf = (evidence: Places, { partition, group = nowhere }: Found) => {
  const place = evidence.partitions[partition]

  return {
    topic: place === undefined ? null : evidence.topics[place.topic]!.name,
    partition: place?.partition ?? null,
    group: evidence.groups[group] ?? null
  }
}

/** Of what several parts of the evidence showed: one finding for each anomaly, level and place again. */
export const joinedFindings = (findings: readonly Finding[], mostWitnesses: number): readonly Finding[] => {
  const joined = new Map<string, Finding>()
  for (const finding of findings) {
    const { anomaly, level, topic, partition, group } = finding
    const key = JSON.stringify([anomaly, level, topic, partition, group])
    const known = joined.get(key)
    joined.set(key, known === undefined ? finding : joinedFinding(known, finding, mostWitnesses))
  }

  return [...joined.values()]
}

const joinedFinding = (one: Finding, other: Finding, mostWitnesses: number): Finding => ({
  ...one,
  count: one.count + other.count,
  reason: [...new Set([one.reason, other.reason])].join('; '),
  witnesses: [...one.witnesses, ...other.witnesses].slice(0, mostWitnesses)
})

/** The gravest first, then in the order of the anomalies, topics, partitions and groups. */
export const sortFindings = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((left, right) =>
    levels.indexOf(left.level) - levels.indexOf(right.level) ||
    anomalies.indexOf(left.anomaly) - anomalies.indexOf(right.anomaly) ||
    byName(left.topic, right.topic) || (left.partition ?? -1) - (right.partition ?? -1) || byName(left.group, right.group))

const byName = (left: string | null, right: string | null): number => {
  if (left === right) return 0
  if (left === null || right === null) return left === null ? -1 : 1

  return left < right ? -1 : 1
}
