/**
 * The one word for a run, and why. The judgement speaks of the evidence; the run's verdict speaks of the claim, and so weighs
 * whether the faults bit, whether enough work met them, whether the verifier proved itself, and, for a control, whether
 * exactly what had to be found was found.
 */
import type { Expectation } from '../model/experiment.ts'
import { gravest, type Finding, type Judgement, type Verdict } from '../model/judgement.ts'
import type { AlarmReport, ExpectationReport, FaultReport, SelfTestReport } from '../model/report.ts'
import { speaksOf } from './expectations.ts'

export interface Weighing {
  readonly control: boolean
  readonly judgement: Judgement
  /** The anomalies whose absence the claim demands, by its checkers. */
  readonly demanded: ReadonlySet<string>
  readonly faults: readonly FaultReport[]
  /** How many faults the schedule held. */
  readonly scheduled: number
  readonly selfTest: SelfTestReport
  readonly expectations: readonly ExpectationReport[]
  /** How the alarms did that the claim names. */
  readonly alarms?: readonly AlarmReport[]
  /** Why the evidence is not whole: a timeout, an interruption, a client that died of itself, a checker that threw. */
  readonly gaps: readonly string[]
  /** The run was stopped before its end: what had not happened by then is no proof that it could not. */
  readonly cutShort: boolean
  /** Why the load ended before its time, of itself; all that followed took place, but what had not happened by then is no proof either. */
  readonly endedEarly?: string | undefined
  /** What the claim demands of groups beside findings, and was not so, a sentence each. */
  readonly broken: readonly string[]
  /** What was not shown, a sentence each: partitions in which no client worked after the last fault, groups that may have begun too late. */
  readonly unshown: readonly string[]
  /** Faults that no client noticed, or that cut off no work, in sentences. */
  readonly unnoticed: readonly string[]
}

export interface Weighed {
  readonly verdict: Verdict
  readonly reasons: readonly string[]
}

/** With fewer sends or due deliveries than this in each affected partition, a fault met too little work to prove anything. */
export const leastOverlap = 100

export const weigh = (run: Weighing): Weighed => {
  const held = [
    ...selfTestReasons(run), ...claimReasons(run), ...run.cutShort || run.endedEarly !== undefined ? [] : vacuousReasons(run),
    ...alarmReasons(run), ...gapReasons(run), ...unshownReasons(run), ...findingReasons(run)
  ]
  const verdict = gravest(held.map(reason => reason.verdict))
  // What led to the verdict comes first; the rest still holds, and is told.
  const reasons = [...held.filter(reason => reason.verdict === verdict), ...held.filter(reason => reason.verdict !== verdict)]

  return { verdict, reasons: reasons.map(reason => reason.text) }
}

interface Reason {
  readonly verdict: Verdict
  readonly text: string
}

const selfTestReasons = ({ selfTest }: Weighing): readonly Reason[] => selfTest.passed
  ? []
  : [
    { verdict: 'invalid', text: 'The verifier did not notice everything that was planted in a copy of this run\'s evidence, so it cannot vouch for itself.' },
    ...selfTest.failures.map((text): Reason => ({ verdict: 'invalid', text }))
  ]

/** What a claim says of findings. */
interface Claim {
  readonly control: boolean
  readonly demanded: ReadonlySet<string>
  readonly expects: readonly Expectation[]
}

/** How a finding refutes a claim, if it does: a violation that no control expects, or what the claim demands to be absent. */
export const refutationBy = (finding: Parameters<typeof speaksOf>[1], { control, demanded, expects }: Claim): 'violation' | 'demand' | undefined => {
  const { anomaly, level } = finding
  const named = expects.some(expectation => speaksOf(expectation, finding))
  if (level === 'violation') return control && named ? undefined : 'violation'

  return level === 'permitted' && demanded.has(anomaly) && !named ? 'demand' : undefined
}

/**
 * A control must show what it expects and no violation beyond it; any other claim must show no violation at all, nor what it
 * demands to be absent: that the configuration permits a loss does not make "nothing is lost" true.
 */
const claimReasons = (run: Weighing): readonly Reason[] => {
  const { control, judgement, demanded, expectations, endedEarly } = run
  const expects = expectations.map(({ expectation }) => expectation)
  const by = (how: 'violation' | 'demand'): readonly Finding[] => judgement.findings.filter(finding => refutationBy(finding, { control, demanded, expects }) === how)

  return [
    ...by('violation').map((finding): Reason => ({ verdict: 'refuted', text: findingSentence(finding) })),
    ...run.broken.map((text): Reason => ({ verdict: 'refuted', text: `The claim demands otherwise: ${text}` })),
    ...by('demand').map((finding): Reason => ({ verdict: 'refuted', text: `The claim demands that there is none, and the configuration permits it: ${findingSentence(finding)}` })),
    ...(endedEarly === undefined ? expectations : []).filter(({ met }) => !met).map((unmet): Reason => ({ verdict: verdictOfUnmet(unmet, run), text: unmet.reason }))
  ]
}

/**
 * Where a fault did not bite, or met no work, that too little came of it says nothing of Kafka. Nor does it where nobody tried what a fenced
 * producer is kept from.
 */
const verdictOfUnmet = ({ found, expectation, untried }: ExpectationReport, run: Weighing): Verdict => {
  if (!('atLeast' in expectation) || found >= expectation.atLeast) return 'refuted'
  if (run.cutShort) return 'inconclusive'

  return vacuousReasons(run).length > 0 || untried ? 'vacuous' : 'refuted'
}

const vacuousReasons = ({ faults, scheduled, unnoticed }: Weighing): readonly Reason[] => [
  ...faults.length < scheduled ? [{ verdict: 'vacuous', text: `Only ${faults.length} of ${scheduled} scheduled faults took place.` } as const] : [],
  ...faults.filter(({ bit }) => !bit).map((fault): Reason => ({
    verdict: 'vacuous',
    text: `The fault "${fault.fault}" did not provably bite: ${fault.evidence.join('; ') || 'it never struck'}.`
  })),
  ...faults.filter(({ bit, overlappingSends }) => bit && overlappingSends !== undefined && overlappingSends < leastOverlap).map((fault): Reason => ({
    verdict: 'vacuous',
    text: `The fault "${fault.fault}" met too little work: ${fault.overlappingSends} sends or due deliveries in the busiest affected partition, ${leastOverlap} are the least.`
  })),
  ...unnoticed.map((text): Reason => ({ verdict: 'vacuous', text }))
]

/** Where a fault did not bite, or met no work, that it raised no alarm says nothing of monitoring. */
const alarmReasons = (run: Weighing): readonly Reason[] => {
  if (run.cutShort || run.endedEarly !== undefined) return []
  const verdicts = { seen: undefined, missed: vacuousReasons(run).length > 0 ? 'vacuous' : 'refuted', unknown: 'inconclusive', untried: 'vacuous' } as const

  return (run.alarms ?? []).flatMap(({ outcome, reason: text }): readonly Reason[] => {
    const verdict = verdicts[outcome]

    return verdict === undefined ? [] : [{ verdict, text }]
  })
}

const gapReasons = ({ gaps, cutShort, endedEarly }: Weighing): readonly Reason[] => [
  ...endedEarly === undefined ? [] : [endedEarly],
  ...cutShort && gaps.length === 0 ? ['The run was stopped before its end.'] : gaps
].map((text): Reason => ({ verdict: 'inconclusive', text }))

/**
 * That what was broken works again, and that groups were there from the first record on, is part of what a run shows, so its absence is
 * missing evidence: `inconclusive`. It is not `vacuous`, for the faults bit.
 */
const unshownReasons = ({ unshown, cutShort, endedEarly }: Weighing): readonly Reason[] =>
  cutShort || endedEarly !== undefined ? [] : unshown.map((text): Reason => ({ verdict: 'inconclusive', text }))

const findingReasons = ({ judgement, gaps, expectations }: Weighing): readonly Reason[] => {
  const verdicts = { inconclusive: 'inconclusive', liveness: 'stalled', objective: 'objective-missed' } as const
  const { verdict, counts } = judgement
  // The judgement may say so without a finding: a history in which nothing was acknowledged and nothing delivered.
  const empty: readonly Reason[] = verdict === 'inconclusive' && gaps.length === 0 && counts.acknowledged + counts.delivered === 0
    ? [{ verdict, text: 'Nothing was acknowledged, and nothing delivered.' }]
    : []

  return empty.concat(judgement.findings.flatMap((finding): readonly Reason[] => {
    const found = verdicts[finding.level as keyof typeof verdicts] as Verdict | undefined
    // A control may have to show that a group, which it names, is stopped for good.
    const expected = expectations.some(({ expectation }) => speaksOf(expectation, finding) && expectation.group !== undefined)

    return found === undefined || expected ? [] : [{ verdict: found, text: findingSentence(finding) }]
  }))
}

const findingSentence = ({ anomaly, count, topic, partition, group, reason }: Finding): string => {
  const where = [topic === null ? '' : partition === null ? topic : `${topic}-${partition}`, group === null ? '' : `group ${group}`].filter(Boolean).join(', ')

  return `${anomaly} ${count}${where ? ` in ${where}` : ''}: ${reason}`
}
