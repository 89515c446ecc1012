/**
 * Compares what was planted with what rose. At every place (anomaly, topic, partition, group; all levels together) the count
 * must have risen by exactly what was planted there: a finding that is missing, too many, or somewhere else is a failure.
 */
import type { Finding, Judgement } from '../../model/judgement.ts'
import type { SelfTestReport } from '../../model/report.ts'
import type { Planted } from './plant.ts'
import type { PlantedAnomaly } from './planting.ts'

type PlaceOfFinding = Pick<Finding, 'anomaly' | 'topic' | 'partition' | 'group'>

interface Judged {
  readonly baseline: Judgement
  readonly mutated: Judgement
}

interface Row {
  readonly mutation: string
  readonly anomaly: PlantedAnomaly
  noticed: number
}

export const compare = (planted: readonly Planted[], { baseline, mutated }: Judged): Pick<SelfTestReport, 'planted' | 'failures'> => {
  const before = countsOf(baseline.findings)
  const after = countsOf(mutated.findings)
  const rows = planted.flatMap(({ mutation, planting }) =>
    planting.anomalies.map((anomaly): Row => ({ mutation: mutation.name, anomaly, noticed: 0 })))
  const byPlace = Map.groupBy(rows, ({ anomaly }) => keyOf(anomaly))
  const excused = new Set(planted.flatMap(({ planting }) => (planting.sideEffects ?? []).map(keyOf)))

  const failures = [...new Set([...byPlace.keys(), ...before.keys(), ...after.keys()])].flatMap(key => {
    const there = byPlace.get(key) ?? []
    const risen = (after.get(key)?.count ?? 0) - (before.get(key)?.count ?? 0)
    share(there, risen)
    const place = there[0]?.anomaly ?? after.get(key)?.place ?? before.get(key)?.place
    const expected = sumOf(there)
    const isExcused = excused.has(key) && (expected === 0 || risen >= expected)

    return place === undefined || risen === expected || isExcused ? [] : [failure(place, { there, expected, risen })]
  })

  return { planted: rowsOf(rows), failures }
}

const countsOf = (findings: readonly Finding[]): ReadonlyMap<string, { readonly place: PlaceOfFinding, readonly count: number }> => {
  const counts = new Map<string, { readonly place: PlaceOfFinding, readonly count: number }>()
  for (const finding of findings) {
    const key = keyOf(finding)
    counts.set(key, { place: finding, count: (counts.get(key)?.count ?? 0) + finding.count })
  }

  return counts
}

const keyOf = ({ anomaly, topic, partition, group }: PlaceOfFinding): string => JSON.stringify([anomaly, topic, partition, group])

const sumOf = (rows: readonly Row[]): number => rows.reduce((sum, { anomaly }) => sum + anomaly.count, 0)

/** What rose at a place is told of its mutations in their order; what is too much goes to the last. */
const share = (rows: readonly Row[], risen: number): void => {
  let left = Math.max(0, risen)
  for (const [index, row] of rows.entries()) {
    row.noticed = index === rows.length - 1 ? left : Math.min(left, row.anomaly.count)
    left -= row.noticed
  }
}

/** One row for each mutation and anomaly, all places together. */
const rowsOf = (rows: readonly Row[]): SelfTestReport['planted'] =>
  [...Map.groupBy(rows, ({ mutation, anomaly }) => `${mutation} ${anomaly.anomaly}`).values()].flatMap(together => {
    const [first] = together
    if (first === undefined) return []

    return [{
      mutation: first.mutation,
      anomaly: first.anomaly.anomaly,
      planted: sumOf(together),
      noticed: together.reduce((sum, { noticed }) => sum + noticed, 0)
    }]
  })

interface Difference {
  readonly there: readonly Row[]
  readonly expected: number
  readonly risen: number
}

const failure = (place: PlaceOfFinding, { there, expected, risen }: Difference): string => {
  const partition = place.topic === null ? 'several partitions' : `${place.topic}-${place.partition ?? 'any'}`
  const where = place.group === null ? partition : `${partition} for ${place.group}`
  const change = risen < 0 ? `${-risen} fewer were found` : `${risen} more ${risen === 1 ? 'was' : 'were'} found`
  if (there.length === 0) return `"${place.anomaly}" in ${where}: nothing was planted, but ${change}.`

  const by = [...new Set(there.map(({ mutation }) => mutation))].join(', ')

  return `"${place.anomaly}" in ${where}: ${expected} ${expected === 1 ? 'was' : 'were'} planted (by ${by}), but ${risen === 0 ? 'none was found' : change}.`
}
