/**
 * The phases of a run on a cluster that is ready: confirm, disturb, heal, drain, audit. Until the load is steady a failure is the
 * infrastructure's and ends the run; from then on it is a gap in the evidence, and the run goes on to judge what there is.
 */
import type { ProvidedCluster } from '../cluster/provider.ts'
import { wallTime } from '../model/clock.ts'
import { InfrastructureError, messageOf } from '../model/errors.ts'
import type { Metadata, PartitionState } from '../model/metadata.ts'
import type { Operations } from '../model/operations.ts'
import { randomFrom } from '../model/random.ts'
import { recordName } from '../model/record-number.ts'
import { silentLinks } from '../model/silent-links.ts'
import type { TopicLine } from '../model/history.ts'
import type { ContractReport } from '../model/report.ts'
import type { Reporter } from '../model/reporter.ts'
import { clientName, topicsWritten } from '../model/workload.ts'
import { alarmsOf } from '../model/alarm.ts'
import { untilAcknowledgedAgain } from './after-healing.ts'
import { recordEnds } from '../clients/record-ends.ts'
import { runAudit, unreported } from './audit-process.ts'
import { readContract, type ReadContract } from './contract.ts'
import { auditDisksOf, tellDisks } from './disk-audit-told.ts'
import { countableEffects } from './count-outputs.ts'
import { disturb } from './disturb.ts'
import type { FaultRun } from './fault-run.ts'
import { drainLoad } from './drain.ts'
import { endedBy, failFast, type FailFast } from './fail-fast.ts'
import { flushInternalTopics } from './flush-internal-topics.ts'
import { watchMemory } from './harness-memory.ts'
import { chooseHidden } from './hidden-records.ts'
import { liveContracts } from './live-contracts.ts'
import { judgeLive, type LiveJudge } from './live-judge.ts'
import { startLoad, type Load } from './load.ts'
import { brokerIds } from './ready.ts'
import { momentOf, noteCut, runPhase, unlessStopped, type PhaseResult, type RunContext } from './run-context.ts'
import { untilSteady, whyNotRecovered } from './steady-state.ts'
import { emptyStores } from './store-files.ts'
import { pause, untilNothingIsMissing } from './waiting.ts'
import { watchAlarms, type AlarmWatch } from './watch-alarms.ts'
import { watchLeaders, type LeaderWatch } from './watch-leaders.ts'

/** What the phases leave for the judges beside the ledger. */
export interface Observed {
  readonly contract: ContractReport
  readonly faults: readonly FaultRun[]
  /** What was asked for the claim's alarms, by their order. */
  readonly alarms: ReturnType<AlarmWatch['questions']>
  /** When all clients were told to leave, in microseconds since the run began. Absent: the run broke off before. */
  readonly leftAt?: number
  /** The names of the records that were withheld from the audit. */
  readonly hidden: readonly string[]
  readonly harnessMemoryBytes: number
}

/** Of a run that ended before its load was steady. */
export const nothingObserved: Observed = {
  contract: { topics: [], brokers: {}, clients: [], dangers: [] }, faults: [], alarms: [], hidden: [], harnessMemoryBytes: 0
}

/** What all phases work on. */
export interface Stage {
  readonly context: RunContext
  readonly cluster: ProvidedCluster
  readonly metadata: Metadata
  readonly operations: Operations
  readonly reporter: Reporter
}

const steadyMs = 90_000
const loadMs = 45_000
const auditMs = 120_000
const probeMs = 2000

export const runPhases = async (stage: Stage): Promise<Observed> => {
  const { context, reporter } = stage
  const memory = watchMemory()
  const { report: contract, lines } = await asInfrastructure(stage, prepareTopics(stage))
  const load = await runPhase(context, reporter, 'confirm', () => confirm(stage))
  const ending = failFast(context.options)
  const live = judgeLoad(stage, load, { lines, ending })
  const alarms = watchAlarms({ alarms: alarmsOf(context.named.experiment), metadata: stage.metadata, clock: context.clock })
  const watch = watchLeaders({
    metadata: stage.metadata,
    topics: context.topics.map(topic => topic.name),
    clock: context.clock,
    write: line => { context.ledger.event({ ...line }) },
    answered: alarms.answered,
    changed: (now, before, agreed) => {
      tellChange(stage, now, before)
      live.changed(now, agreed)
    }
  })
  let faults: readonly FaultRun[] = []
  let hidden: readonly string[] = []
  let leftAt: number | undefined
  try {
    await runPhase(context, reporter, 'disturb', () => disturbUnderLoad(stage, load, { watch, ending, keep: struck => { faults = struck } }))
    await runPhase(context, reporter, 'heal', () => heal(stage, load))
    const unfinished = await runPhase(context, reporter, 'drain', () => drain(stage, load))
    await Promise.all([live.stop(), alarms.stop()])
    leftAt = context.clock.now()
    await load.stop()
    hidden = await runPhase(context, reporter, 'audit', () => audit(stage, unfinished))
  } catch (error) {
    if (context.signal.aborted) noteCut(context)
    else context.gaps.push(`The run broke off: ${messageOf(error)}`)
  } finally {
    await Promise.all([watch.stop(), alarms.stop()])
    await live.stop()
    await load.stop()
    memory.stop()
  }

  return { contract, faults, alarms: alarms.questions(), hidden, ...leftAt === undefined ? {} : { leftAt }, harnessMemoryBytes: memory.highest() }
}

/** The same gate before the load, between faults and after the last one. */
const untilStageIsSteady = ({ context, cluster, metadata }: Stage, signal = context.signal): Promise<void> =>
  untilSteady({ metadata, cluster, topics: context.topics }, { deadlineMs: steadyMs, signal })

const prepareTopics = async (stage: Stage): Promise<ReadContract> => {
  const { context, cluster, metadata } = stage
  for (const topic of context.topics) await metadata.createTopic(topic)
  context.incidents.push(...await flushInternalTopics({ ...stage, ...context }))
  await untilStageIsSteady(stage)
  const [broker = 1] = brokerIds(cluster)
  const imposed = context.schedule.flatMap(({ fault }) => fault.imposes ?? [])
  const contract = await readContract(metadata, { ...context, broker, imposed })
  for (const line of contract.lines) context.ledger.event({ ...line })

  return contract
}

/** Every link must answer, then every partition must acknowledge and every group receive: only then does a silence mean anything. */
const confirm = async ({ context, cluster, reporter }: Stage): Promise<PhaseResult<Load>> => {
  refuseSilentLinks(await silentLinks(cluster, cluster.links, { milliseconds: probeMs }), cluster.links.length)
  const load = await asInfrastructure({ context }, startLoad(context, cluster, reporter))
  try {
    await untilNothingIsMissing(() => Promise.resolve(idlePartitions(context, load)), { what: 'a steady load', deadlineMs: loadMs, everyMs: 100, signal: context.signal })
    await pause(1000, context.signal)
  } catch (error) {
    await load.stop()
    throw context.signal.aborted ? error : new InfrastructureError({ happened: messageOf(error), next: 'Look at the clients\' and brokers\' logs in the run\'s folder.', cause: error })
  }
  const count = (kind: string): number => load.clients.filter(({ plan }) => plan.kind === kind).length
  const { acknowledgedPerSecond } = load.figures()

  return {
    told: `steady: every connection through Toxiproxy, ${cluster.links.length} links probed; ${count('producer')} producers, ${count('member')} consumers, ${Math.round(acknowledgedPerSecond).toLocaleString('en-US')} records/s`,
    value: load
  }
}

/** Before anything is broken, all that keeps the load from flowing is the infrastructure's. */
const asInfrastructure = async <Value>({ context }: Pick<Stage, 'context'>, work: Promise<Value>): Promise<Value> => {
  try {
    return await work
  } catch (error) {
    if (context.signal.aborted || error instanceof InfrastructureError) throw error
    throw new InfrastructureError({ happened: messageOf(error), next: 'Look at the clients\' and brokers\' logs in the run\'s folder.', cause: error })
  }
}

const refuseSilentLinks = (silent: readonly string[], all: number): void => {
  if (silent.length === 0) return

  throw new InfrastructureError({
    happened: `${silent.length} of ${all} links carry nothing: ${silent.join(', ')}.`,
    next: 'Look at the brokers\' logs in the run\'s folder.'
  })
}

const idlePartitions = (context: RunContext, { tail }: Load): string | undefined => {
  tail.poll()
  const tallies = tail.partitions()
  const consumed = new Set(context.clients.flatMap(plan => plan.kind === 'member' ? plan.topics : []).map(topic => topic.name))
  const lacking = topicsWritten(context.clients).flatMap(({ name, partitions }) => Array.from({ length: partitions }, (_, partition) => `${name}-${partition}`).flatMap(key => [
    ...(tallies.get(key)?.acknowledged ?? 0) > 0 ? [] : [`an acknowledgement in ${key}`],
    ...!consumed.has(name) || (tallies.get(key)?.delivered ?? 0) > 0 ? [] : [`a delivery from ${key}`]
  ]))

  return lacking.length === 0 ? undefined : lacking.join(', ')
}

/** Tells what is certain already, and ends the disturbance at what refutes the claim, if that is wanted. */
const judgeLoad = ({ context, metadata, reporter }: Stage, load: Load, { lines, ending }: { readonly lines: readonly TopicLine[], readonly ending: FailFast }): LiveJudge => {
  const live = judgeLive({
    tail: load.tail,
    metadata,
    claim: context.named.experiment,
    contracts: liveContracts(lines, context.clients, context.schedule),
    now: context.clock.now,
    tell: text => reporter.happened?.({ at: momentOf(context, context.clock.now()), tone: 'trouble', text }),
    refuted: finding => {
      context.certain.push(finding)
      ending.end(finding.text)
    },
    failed: error => { context.incidents.push(`Live judging failed: ${messageOf(error)}`) }
  })
  load.onCounted(live.look)

  return live
}

interface Disturbing {
  readonly watch: LeaderWatch
  readonly ending: FailFast
  readonly keep: (faults: readonly FaultRun[]) => void
}

const disturbUnderLoad = async (stage: Stage, load: Load, { watch, ending, keep }: Disturbing): Promise<PhaseResult<undefined>> => {
  const { context, cluster, metadata, operations, reporter } = stage
  const start = performance.now()
  const signal = AbortSignal.any([context.signal, ending.signal])
  const faults = await disturb({
    schedule: context.schedule,
    subject: { cluster, metadata, operations, clients: () => load.clients, now: context.clock.now },
    random: randomFrom(context.options.seed).split('targets'),
    signal,
    write: line => { context.ledger.event({ ...line }) },
    told: ({ at, ...what }) => reporter.happened?.({ ...what, at: momentOf(context, at) }),
    untilSteady: () => untilStageIsSteady(stage, signal),
    partitions: watch.partitions,
    partitionsOf: name => partitionsOfClient(context, name)
  })
  keep(faults)
  // An abort has healed what was in force before it goes further: `disturb` has returned.
  context.signal.throwIfAborted()
  context.endedEarly = await endedBy(ending, pause(context.duration.milliseconds - (performance.now() - start), signal))
  const { acknowledged, indeterminate, rejected } = load.figures()

  return {
    told: `${context.endedEarly === undefined ? 'load' : 'load, ended early by --fail-fast'}: ${acknowledged.toLocaleString('en-US')} records acknowledged, ${rejected.toLocaleString('en-US')} rejected, ${indeterminate.toLocaleString('en-US')} indeterminate`,
    value: undefined
  }
}

const partitionsOfClient = (context: RunContext, name: string): FaultRun['affected'] => {
  const plan = context.clients.find(client => clientName(client) === name)
  const topics = plan === undefined ? [] : plan.kind === 'producer' ? [plan.topic] : plan.topics

  return topics.flatMap(topic => Array.from({ length: topic.partitions }, (_, partition) => ({ topic: topic.name, partition })))
}

const tellChange = ({ context, reporter }: Stage, now: PartitionState, before: PartitionState): void => {
  const name = `${now.topic}-${now.partition}`
  const at = wallTime(context.clock.origin, context.clock.now())
  if (now.leader !== before.leader) {
    reporter.happened?.({ at, tone: 'plain', text: now.leader === undefined ? `${name} has no leader` : `${name} is led by broker ${now.leader}${now.leaderEpoch === undefined ? '' : ` (epoch ${now.leaderEpoch})`}` })
  } else if (now.isr.length !== before.isr.length) {
    reporter.happened?.({ at, tone: 'plain', text: `the ISR of ${name} is ${now.isr.join(', ')}` })
  }
}

const heal = async (stage: Stage, load: Load): Promise<PhaseResult<undefined>> => {
  const unrecovered = await whyNotRecovered(untilStageIsSteady(stage))
  if (unrecovered !== undefined) stage.context.gaps.push(unrecovered)
  await untilAcknowledgedAgain(stage.context, load.tail)

  return { told: unrecovered ?? 'healed: every broker is back and every ISR whole', value: undefined }
}

const drain = async ({ context, cluster, metadata }: Stage, load: Load): Promise<PhaseResult<readonly string[]>> => {
  const value = await unlessStopped(context, drainLoad(context, load, {
    offsets: metadata.offsets,
    recordEnds: (ranges, isolation) => recordEnds(ranges, { metadata, isolation, bootstrap: cluster.bootstrap('admin') })
  }))

  return { told: `drained: ${load.tail.total().acknowledged.toLocaleString('en-US')} records acknowledged, ${load.tail.total().delivered.toLocaleString('en-US')} delivered`, value }
}

const audit = async ({ context, cluster, metadata }: Stage, unfinished: readonly string[]): Promise<PhaseResult<readonly string[]>> => {
  const hidden = chooseHidden(context.folder.ledger, context.named.experiment.hidden ?? 0, randomFrom(context.options.seed).split('hidden'))
  const { stores, outputs, gaps } = countableEffects(context.clients, unfinished)
  context.gaps.push(...gaps)
  const auditing = runAudit({
    setting: { run: context.id, origin: context.clock.origin, ledger: context.folder.ledger, stores: context.folder.stores, services: cluster.services, bootstrap: cluster.bootstrap('admin') },
    logs: context.folder.logs,
    order: { topics: context.topics.map(topic => topic.name), deadlineMs: auditMs, withhold: hidden, stores, outputs }
  })
  const readingDisks = auditDisksOf({ context, cluster, metadata })
  // Nobody may write into the ledger any more when it is judged, whatever became of the other audit.
  const both = Promise.all([auditing, readingDisks]).finally(() => readingDisks)
  const [{ partitions, records, withheld, effects }, disks] = await unlessStopped(context, both)
  for (const partition of partitions.filter(one => !one.complete)) {
    context.incidents.push(`The audit of ${partition.topic}-${partition.partition} did not reach its end: ${partition.reason ?? 'no reason given'}.`)
  }
  context.gaps.push(...unreported(context.topics, partitions), ...emptyStores(effects))
  for (const partition of partitions.filter(one => one.damagedBatches > 0)) {
    context.gaps.push(`${partition.damagedBatches} batches of ${partition.topic}-${partition.partition} do not match their checksum.`)
  }

  return { told: `audited ${records.toLocaleString('en-US')} records on ${partitions.length} partitions${tellDisks(context, disks, partitions)}${withheld > 0 ? `, and hid ${withheld} of them on purpose` : ''}`, value: hidden.map(recordName) }
}
