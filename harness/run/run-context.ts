/** What all phases of one run share: its id, clock, folder and ledger, its limits, and what it has noticed so far. */
import { relative } from 'node:path'
import type { DriverFacts } from '../clients/driver.ts'
import type { LiveFinding } from '../checkers/index.ts'
import type { NamedExperiment, RunOptions } from '../model/commands.ts'
import { startClock, wallTime, type Clock } from '../model/clock.ts'
import { messageOf } from '../model/errors.ts'
import type { Duration } from '../model/duration.ts'
import type { ScheduledFault } from '../model/fault.ts'
import type { Phase } from '../model/report.ts'
import type { Reporter } from '../model/reporter.ts'
import type { TopicPlan } from '../model/topic.ts'
import type { ClientPlan } from '../model/workload.ts'
import { openLedger, type LedgerWriter } from '../ledger/writer.ts'
import { refuseFullDisk } from './free-disk.ts'
import { topicsOf } from './plan.ts'
import { createRunFolder, newRunId, type RunFolder } from './run-folder.ts'
import { markFinished } from './unfinished-runs.ts'
import { harnessVersion } from '../model/version.ts'

export interface RunContext {
  readonly id: string
  readonly named: NamedExperiment
  readonly options: RunOptions
  readonly duration: Duration
  readonly schedule: readonly ScheduledFault[]
  readonly topics: readonly TopicPlan[]
  readonly clients: readonly ClientPlan[]
  /** What they all stand on. */
  readonly driver: DriverFacts
  readonly folder: RunFolder
  readonly clock: Clock
  readonly startedAt: Date
  /** The harness's own part of the ledger: the run, its topics, leaders and faults. */
  readonly ledger: LedgerWriter
  /** Aborted by an interruption or by the run's wall-clock timeout. */
  readonly signal: AbortSignal
  readonly timings: Partial<Record<Phase, number>>
  /** What a reader must know beside the verdict. */
  readonly incidents: string[]
  /** Why the evidence is not whole. */
  readonly gaps: string[]
  /** Set when the run was stopped before all of its evidence was in. */
  cutShort: boolean
  /** Why the load ended before its time, where the run ended it of itself. */
  endedEarly: string | undefined
  /** What refuted the claim for certain while the run went on. */
  readonly certain: LiveFinding[]
  /** What the servers beside the cluster say that they are: `PostgreSQL 15.18`. */
  readonly services: string[]
  /** What could not be removed when the cluster was. */
  readonly remaining: string[]
  readonly close: () => void
}

export const openRun = (named: NamedExperiment, options: RunOptions, drawn: Pick<RunContext, 'driver' | 'duration' | 'schedule'>): RunContext => {
  refuseFullDisk(options.out)
  const id = newRunId()
  const clock = startClock()
  const startedAt = wallTime(clock.origin, 0)
  const folder = createRunFolder(options.out, { experiment: named.name, seed: options.seed, startedAt })
  const topics = topicsOf(named.experiment)
  const ledger = openLedger(folder.ledger, { format: 1, run: id, process: 'harness', topics: topics.map(topic => topic.name) })
  const unavailableMs = named.experiment.checkers.map(checker => checker.unavailableMs).find(limit => limit !== undefined)
  ledger.event({
    event: 'run', format: 1, run: id, seed: options.seed, tool: 'ackproof', version: harnessVersion(),
    ...(unavailableMs === undefined ? {} : { objectives: { unavailableMs } })
  })
  const timeout = options.timeout ? timeoutSignal(options.timeout) : undefined

  return {
    id,
    named,
    options,
    ...drawn,
    topics,
    clients: named.experiment.workload.flatMap(workload => workload.clients),
    folder,
    clock,
    startedAt,
    ledger,
    signal: AbortSignal.any([options.signal, ...timeout ? [timeout.signal] : []]),
    timings: {},
    incidents: [],
    gaps: [],
    cutShort: false,
    endedEarly: undefined,
    certain: [],
    services: [],
    remaining: [],
    close: () => {
      timeout?.clear()
      ledger.close()
      markFinished(folder.path)
    }
  }
}

const timeoutSignal = ({ milliseconds }: Duration): { readonly signal: AbortSignal, readonly clear: () => void } => {
  const controller = new AbortController()
  const timer = setTimeout(() => { controller.abort(new Error(`The run's time was up (--timeout, ${milliseconds / 1000} s).`)) }, milliseconds)

  return { signal: controller.signal, clear: () => { clearTimeout(timer) } }
}

/** What a phase came to: a sentence for people, and what the next phases need. */
export interface PhaseResult<Value> {
  readonly told: string
  readonly value: Value
}

/** Runs one phase, times it, and tells the reporter what came of it. */
export const runPhase = async <Value>(context: RunContext, reporter: Reporter, phase: Phase, work: () => Promise<PhaseResult<Value>>): Promise<Value> => {
  reporter.phaseStarted?.(phase)
  const start = performance.now()
  try {
    const { told, value } = await work()
    reporter.phaseEnded?.(phase, told, performance.now() - start)

    return value
  } finally {
    context.timings[phase] = Math.round(performance.now() - start)
  }
}

/** The moment of a run as people read it. */
export const momentOf = (context: RunContext, at: number): Date => wallTime(context.clock.origin, at)

/** The run's folder as it is told: relative to where the command was given. */
export const toldFolder = ({ folder }: RunContext): string => relative(process.cwd(), folder.path) || folder.path

/** Notes that the run was stopped: what had not happened by then is a gap, and no proof of anything. */
export const noteCut = (context: RunContext): void => {
  context.cutShort = true
  context.gaps.push(messageOf(context.signal.reason))
}

/** The work's result, or a rejection as soon as the run is stopped; the work itself is then left to its own deadlines. */
export const unlessStopped = async <Value>({ signal }: Pick<RunContext, 'signal'>, work: Promise<Value>): Promise<Value> => {
  signal.throwIfAborted()
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = (): void => { reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))) }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
    // Left behind, it may still fail: that is told as the stop.
    work.catch(() => undefined)
  }
}
