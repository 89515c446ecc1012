/**
 * Judges evidence: runs every checker, counts, and says the one word. Pure: the same evidence always gives the same judgement.
 * A checker that throws is our bug, and must never look like a clean run: its findings are dropped, and one finding says so.
 */
import { outcomes, type Evidence } from '../model/evidence.ts'
import { gravest, verdictOfFindings, type Counts, type Finding, type Judgement, type Verdict } from '../model/judgement.ts'
import { because, type Checker } from './checker.ts'
import { allCheckers } from './all-checkers.ts'
import { establishFacts, type Facts } from './facts.ts'
import { nowhere, sortFindings, tally } from './tally.ts'

export interface JudgeOptions {
  /** How many records each finding names at most. */
  readonly witnesses?: number
  /** All of them, unless a test wants others. */
  readonly checkers?: readonly Checker[]
}

const usualWitnesses = 100

export const judge = (evidence: Evidence, { witnesses = usualWitnesses, checkers = allCheckers }: JudgeOptions = {}): Judgement => {
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
  for (const finding of failureFindings(evidence, failures)) findings.push(finding)
  const counts = countsOf(evidence, established.value, findings)

  return { verdict: verdictOf(evidence, counts, findings), counts, findings: sortFindings(findings) }
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

const failureFindings = (evidence: Evidence, failures: readonly string[]): readonly Finding[] => {
  const found = tally(evidence, 0)
  for (const failure of failures) {
    found.add({
      anomaly: 'inconclusive', level: 'inconclusive', partition: nowhere, reason: because(failure), witness: null
    })
  }

  return found.findings()
}

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

const verdictOf = (evidence: Evidence, { acknowledged, delivered }: Counts, findings: readonly Finding[]): Verdict => gravest([
  verdictOfFindings(findings),
  ...(acknowledged === 0 && delivered === 0 ? ['inconclusive' as const] : []),
  ...(hasVacuousFault(evidence) ? ['vacuous' as const] : [])
])

/** A fault was looked for and not found, or was never said to be in force. */
const hasVacuousFault = ({ faults }: Evidence): boolean => faults.some(({ fault, phase, evidence, at }) =>
  (phase === 'injected' && evidence === false) ||
  (phase === 'injecting' && !faults.some(later => later.fault === fault && later.phase === 'injected' && later.at >= at)))
