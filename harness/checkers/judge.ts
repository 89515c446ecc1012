/**
 * Judges evidence: runs every checker, counts, and says the one word. Pure: the same evidence always gives the same judgement.
 * A checker that throws is our bug, and must never look like a clean run: its findings are dropped, and one finding says so.
 */
import { outcomes, type Evidence } from '../model/evidence.ts'
import { gravest, verdictOfFindings, type Counts, type Finding, type Judgement } from '../model/judgement.ts'
import { allCheckers } from './all-checkers.ts'
import type { Checker } from './checker.ts'
import { establishFacts, type Facts } from './facts.ts'
import { joinedFindings, sortFindings, tally } from './tally.ts'

export interface JudgeOptions {
  /** How many records each finding names at most. */
  readonly witnesses?: number
  /** All of them, unless a test wants others. */
  readonly checkers?: readonly Checker[]
}

const usualWitnesses = 100

export const judge = (evidence: Evidence, options: JudgeOptions = {}): Judgement => {
  const judging = startJudging(options)
  judging.add(evidence)

  return judging.judgement()
}

/** Judges evidence that comes in parts, each with all there is of some partitions. */
export interface Judging {
  /** Answers what it found in this part. */
  readonly add: (evidence: Evidence) => readonly Finding[]
  /** Of all parts, of which there must be one. */
  readonly judgement: () => Judgement
}

/** What is kept of a part. */
interface JudgedPart {
  readonly findings: readonly Finding[]
  readonly failures: readonly string[]
  readonly counts: Counts
  /** Of the run as a whole: the same in every part. */
  readonly vacuous: boolean
}

export const startJudging = ({ witnesses = usualWitnesses, checkers = allCheckers }: JudgeOptions = {}): Judging => {
  const parts: JudgedPart[] = []

  return {
    add: evidence => {
      const part = judgedPart(evidence, checkers, witnesses)
      parts.push(part)

      return part.findings
    },
    judgement: () => {
      const failures = new Set(parts.flatMap(part => part.failures))
      const findings = [...parts.flatMap(part => part.findings), ...[...failures].map(failureFinding)]
      const counts = parts.map(part => part.counts).reduce(sumOfCounts)
      const held = [verdictOfFindings(findings)]
      if (counts.acknowledged === 0 && counts.delivered === 0) held.push('inconclusive')
      if (parts.some(({ vacuous }) => vacuous)) held.push('vacuous')

      return { verdict: gravest(held), counts, findings: sortFindings(joinedFindings(findings, witnesses)) }
    }
  }
}

const judgedPart = (evidence: Evidence, checkers: readonly Checker[], witnesses: number): JudgedPart => {
  const established = attempt('facts', () => establishFacts(evidence))
  const findings: Finding[] = []
  const failures: string[] = []
  if (established.failure !== undefined) failures.push(established.failure)
  else {
    for (const checker of checkers) {
      const { value, failure } = attempt(checker.name, () => findingsOf(checker, established.value, witnesses))
      for (const finding of value ?? []) findings.push(finding)
      if (failure !== undefined) failures.push(failure)
    }
  }

  return { findings, failures, counts: countsOf(evidence, established.value, findings), vacuous: hasVacuousFault(evidence) }
}

type Attempt<T> = { readonly value: T, readonly failure?: undefined } | { readonly value?: undefined, readonly failure: string }

const attempt = <T>(name: string, run: () => T): Attempt<T> => {
  try {
    return { value: run() }
  } catch (error) {
    return { failure: `the checker ${name} failed: ${error instanceof Error ? error.message : String(error)}` }
  }
}

const findingsOf = (checker: Checker, facts: Facts, witnesses: number): readonly Finding[] => {
  const found = tally(facts.evidence, witnesses)
  checker.check(facts, found)

  return found.findings()
}

const failureFinding = (failure: string): Finding => ({
  anomaly: 'inconclusive', level: 'inconclusive', count: 1, reason: failure, topic: null, partition: null, group: null, witnesses: []
})

const countsOf = (evidence: Evidence, facts: Facts | undefined, findings: readonly Finding[]): Counts => {
  const { sends, consumption } = evidence
  const byOutcome = [0, 0, 0, 0]
  for (let send = 0; send < sends.length; send++) byOutcome[sends.outcome[send]!]! += 1
  const found = (anomaly: Finding['anomaly']): number =>
    findings.reduce((sum, finding) => (finding.anomaly === anomaly ? sum + finding.count : sum), 0)

  return {
    sent: sends.length,
    acknowledged: byOutcome[outcomes.acknowledged]!,
    rejected: byOutcome[outcomes.rejected]!,
    indeterminate: byOutcome[outcomes.indeterminate]! + byOutcome[outcomes.silent]!,
    logged: (facts?.logs ?? []).reduce((sum, { rows }) => sum + rows.length, 0),
    delivered: consumption.reduce((sum, { deliveries }) => sum + deliveries.length, 0),
    lost: found('lost'),
    duplicated: found('duplicated'),
    redelivered: found('redelivered')
  }
}

const sumOfCounts = (left: Counts, right: Counts): Counts => ({
  sent: left.sent + right.sent,
  acknowledged: left.acknowledged + right.acknowledged,
  rejected: left.rejected + right.rejected,
  indeterminate: left.indeterminate + right.indeterminate,
  logged: left.logged + right.logged,
  delivered: left.delivered + right.delivered,
  lost: left.lost + right.lost,
  duplicated: left.duplicated + right.duplicated,
  redelivered: left.redelivered + right.redelivered
})

/** A fault was looked for and not found, or was never said to be in force. */
const hasVacuousFault = ({ faults }: Evidence): boolean => faults.some(({ fault, phase, evidence, at }) =>
  (phase === 'injected' && evidence === false) ||
  (phase === 'injecting' && !faults.some(later => later.fault === fault && later.phase === 'injected' && later.at >= at)))
