/** The end of a run: the checking process judges the evidence, the verdict is weighed, and the reporters hear the report. */
import type { Judgement } from '../model/judgement.ts'
import { alarmsOf } from '../model/alarm.ts'
import { messageOf } from '../model/errors.ts'
import type { Experiment } from '../model/experiment.ts'
import { objectiveMutations } from '../model/mutations.ts'
import type { FaultReport, RunReport, Versions } from '../model/report.ts'
import type { Reporter } from '../model/reporter.ts'
import { describeDriver } from '../clients/abilities.ts'
import { judgeAlarms } from './alarms.ts'
import { awaitedMembers, othersMustStay } from './awaited-members.ts'
import { check } from './check.ts'
import type { CheckAnswer } from './check-order.ts'
import type { Observed } from './phases.ts'
import { contradictions } from './live-judge.ts'
import { noteCut, runPhase, toldFolder, type PhaseResult, type RunContext } from './run-context.ts'
import { sourceOf } from './schedule-file.ts'
import { describeSchedule } from './schedule.ts'
import { unmetDemands } from './unmet-demands.ts'
import { weigh } from './verdict.ts'

const witnesses = 100

/** What a run saw, and of what versions. */
export interface Seen {
  readonly observed: Observed
  readonly versions: Versions
}

export const concludeRun = async (context: RunContext, { observed, versions }: Seen, reporter: Reporter): Promise<RunReport> => {
  const answer = await runPhase(context, reporter, 'check', () => judgeRun(context, observed))
  const report = reportOf(context, observed, versions, answer)
  await reporter.runEnded?.(report)

  return report
}

const judgeRun = async (context: RunContext, { contract, faults, hidden, leftAt }: Observed): Promise<PhaseResult<CheckAnswer>> => {
  const { experiment } = context.named
  try {
    const value = await check({
      run: context.id,
      ledger: context.folder.ledger,
      history: context.folder.history,
      scratch: context.folder.scratch,
      seed: context.options.seed,
      faults,
      expects: experiment.expects ?? [],
      awaited: awaitedMembers(context.clients, experiment),
      ...leftAt === undefined ? {} : { leftAt },
      dangers: contract.dangers,
      hidden,
      mutations: context.gaps.length > 0 || context.endedEarly !== undefined ? [] : requiredMutations(experiment),
      witnesses,
      answer: context.folder.checkAnswer
    }, { orderFile: context.folder.checkOrder, ...context.cutShort ? {} : { signal: context.signal } })
    const planted = value.selfTest.planted.reduce((sum, one) => sum + one.planted, 0)
    const noticed = value.selfTest.planted.reduce((sum, one) => sum + Math.min(one.noticed, one.planted), 0)

    return { told: `judged, and the verifier noticed ${noticed} of ${planted} anomalies planted in a copy of the evidence`, value }
  } catch (error) {
    if (context.signal.aborted && !context.cutShort) noteCut(context)
    else context.gaps.push(messageOf(error))

    return { told: 'not judged', value: unjudged }
  }
}

/** What the run's evidence must have room for: what the workloads say, and an outage where the claim sets a limit to them. */
const requiredMutations = ({ workload, checkers }: Experiment): readonly string[] => [
  ...workload.flatMap(({ mutations }) => mutations),
  ...checkers.some(({ unavailableMs }) => unavailableMs !== undefined) ? objectiveMutations : []
]

const nothing: Judgement = {
  verdict: 'inconclusive',
  counts: { sent: 0, acknowledged: 0, rejected: 0, indeterminate: 0, logged: 0, delivered: 0, lost: 0, duplicated: 0, redelivered: 0 },
  findings: []
}

const unjudged: CheckAnswer = {
  judgement: nothing, selfTest: { passed: true, planted: [], failures: [] }, expectations: [], recovery: [], overlaps: [], latencies: [], lag: [], unshown: [],
  ignoredSeeks: [], warnings: [],
  othersMoved: { count: 0, sentences: [], possible: false }
}

const nobodyToStay = 'No fault hit a member that owned something, in a group at rest in which each other one did, too: nothing shows that others keep their partitions.'

const reportOf = (context: RunContext, observed: Observed, versions: Versions, answer: CheckAnswer): RunReport => {
  const { named, options } = context
  const { experiment } = named
  const control = experiment.expects !== undefined
  const faults = observed.faults.map(({ affected: _, clients: _clients, mayGoUnnoticed: _unnoticed, ...fault }, index): FaultReport => {
    const latency = answer.latencies[index]

    return { ...fault, overlappingSends: answer.overlaps[index]?.overlapping, ...latency && { latency } }
  })
  const unnoticed = observed.faults.flatMap((fault, index) => fault.bit && fault.mayGoUnnoticed !== true && answer.overlaps[index]?.noticed === false
    ? [`No client noticed the fault "${fault.fault}" (${fault.whom}): no send failed or was held up, no commit was left in doubt, and no partition changed hands.`]
    : [])
  const mustStay = othersMustStay(experiment)
  const alarms = judgeAlarms(alarmsOf(experiment), { faults: observed.faults, questions: observed.alarms, lag: answer.lag })
  const { verdict, reasons } = weigh({
    control,
    judgement: answer.judgement,
    demanded: new Set(experiment.checkers.flatMap(checker => checker.anomalies)),
    faults,
    scheduled: context.schedule.length,
    selfTest: answer.selfTest,
    expectations: context.cutShort ? [] : answer.expectations,
    alarms,
    gaps: [...new Set([...context.gaps, ...answer === unjudged ? [] : contradictions(context.certain, answer.judgement)])],
    cutShort: context.cutShort,
    endedEarly: context.endedEarly,
    broken: [...answer.ignoredSeeks, ...mustStay ? answer.othersMoved.sentences : []],
    unshown: [...answer.unshown, ...mustStay && !answer.othersMoved.possible && observed.leftAt !== undefined ? [nobodyToStay] : []],
    unnoticed: [...unnoticed, ...unmetDemands(observed.faults, { schedule: context.schedule, overlaps: answer.overlaps })]
  })

  return {
    format: 1,
    run: context.id,
    experiment: named.name,
    claim: experiment.claim,
    control,
    seed: options.seed,
    startedAt: context.startedAt.toISOString(),
    versions,
    client: describeDriver(context.driver),
    contract: observed.contract,
    schedule: describeSchedule(context.schedule, experiment),
    faults,
    timings: context.timings,
    recovery: answer.recovery,
    lag: answer.lag,
    ...alarms.length === 0 ? {} : { alarms },
    selfTest: answer.selfTest,
    expectations: answer.expectations,
    incidents: [...context.incidents, ...answer.warnings],
    judgement: answer.judgement,
    verdict,
    reasons,
    folder: toldFolder(context),
    again: againCommand(context),
    harnessMemoryBytes: observed.harnessMemoryBytes
  }
}

/** The command that repeats exactly this run. */
const againCommand = (context: RunContext): string => context.options.steps === undefined ? runCommand(context) : `npx ackproof replay ${toldFolder(context)}`

const runCommand = ({ named, options }: RunContext): string => [
  `npx ackproof run ${sourceOf(named)}`,
  `--seed ${options.seed} --versions ${options.kafkaVersion}`,
  ...options.client === undefined ? [] : [`--clients ${options.client}`],
  ...options.durationOverride === undefined ? [] : [`--duration ${options.durationOverride.milliseconds / 1000}s`],
  ...options.failFast === true ? ['--fail-fast'] : [],
  ...Object.entries(options.brokerConfig).map(([key, value]) => `--broker-config ${key}=${value}`),
  ...Object.entries(options.topicConfig).map(([key, value]) => `--topic-config ${key}=${value}`)
].join(' ')
