/**
 * What one run leaves for people and machines: `report.json` is this, and every reporter tells it in its own form.
 */
import type { Expectation } from './experiment.ts'
import type { Judgement, Verdict } from './judgement.ts'

/** The phases of a run, in their order. */
export const phases = ['provision', 'confirm', 'disturb', 'heal', 'drain', 'audit', 'check', 'report'] as const
export type Phase = (typeof phases)[number]

export interface RunReport {
  readonly format: 1
  readonly run: string
  readonly experiment: string
  readonly claim: string
  /** True: the claim is that an unsafe configuration does lose or double records. */
  readonly control: boolean
  readonly seed: string
  /** Wall-clock start, ISO 8601. */
  readonly startedAt: string
  readonly versions: Versions
  /** The client that produced and consumed. */
  readonly client: ClientReport
  readonly contract: ContractReport
  readonly schedule: ScheduleReport
  readonly faults: readonly FaultReport[]
  readonly timings: Readonly<Partial<Record<Phase, number>>>
  readonly recovery: readonly RecoveryReport[]
  /** Of each group. Absent: not measured. */
  readonly lag?: readonly LagReport[]
  /** What monitoring would have shown, of each alarm of the claim and each fault that had to raise it. Absent: it names none. */
  readonly alarms?: readonly AlarmReport[]
  readonly selfTest: SelfTestReport
  readonly expectations: readonly ExpectationReport[]
  /** Client processes that ended unasked, and anything else that a reader must know. */
  readonly incidents: readonly string[]
  readonly judgement: Judgement
  readonly verdict: Verdict
  /** Why the verdict is what it is, in sentences; the first one carries the most. */
  readonly reasons: readonly string[]
  /** The run's folder, relative to where the command was given. */
  readonly folder: string
  /** The command that repeats exactly this run. */
  readonly again: string
  /** The harness process's highest resident memory while load ran, in bytes. */
  readonly harnessMemoryBytes: number
}

export interface Versions {
  readonly kafka: string
  /** `kafkajs 2.2.4`. */
  readonly clients: readonly string[]
  readonly harness: string
  readonly toxiproxy: string
  readonly node: string
  /** The servers beside the cluster: `PostgreSQL 15.18`. Absent: there were none. */
  readonly services?: readonly string[]
}

/** The library or program under test, and what it can do, a sentence each. */
export interface ClientReport {
  /** As `--clients` takes it. */
  readonly name: string
  readonly version: string
  readonly abilities: readonly string[]
}

/** What the live configuration promises, as it was read from the running cluster and its clients. */
export interface ContractReport {
  readonly topics: readonly { readonly topic: string, readonly configuration: Readonly<Record<string, string>> }[]
  readonly brokers: Readonly<Record<string, string>>
  readonly clients: readonly { readonly client: string, readonly settings: Readonly<Record<string, string>> }[]
  /** What endangers the claim, in sentences: `min.insync.replicas is 1: one broker's death can lose records.` */
  readonly dangers: readonly string[]
}

export interface ScheduleReport {
  /** SHA-256 of the schedule's steps. */
  readonly hash: string
  readonly steps: readonly ScheduledStep[]
}

/** All that it takes to make the step again, together with the experiment and the seed. */
export interface ScheduledStep {
  readonly fault: string
  readonly what: string
  /** Which of the nemesis's faults it is, counted from 1. */
  readonly choice: number
  /** The name of the seed's stream from which its target is drawn. */
  readonly stream: string
  /** Milliseconds from the start of the disturbance phase. */
  readonly atMs: number
  readonly lastingMs: number
  readonly overlapping: boolean
}

/** One injection as it went. All `at`s are microseconds since the run began. */
export interface FaultReport {
  /** Its number in the schedule, from 1. */
  readonly number: number
  readonly fault: string
  readonly what: string
  readonly whom: string
  readonly brokers: readonly number[]
  readonly scheduledAt: number
  /** How long the target took to be found. */
  readonly resolvedInMs: number
  /** How long it took to look at the target as it is undisturbed, for the proof to compare with; 0 where there is nothing to compare. */
  readonly lookedInMs: number
  /** How late the first step was, counted from the later of its scheduled time and the target being found and looked at. */
  readonly lateMs: number
  readonly injectingAt: number
  readonly injectedAt: number | undefined
  readonly healingAt: number | undefined
  readonly healedAt: number | undefined
  readonly bit: boolean
  readonly evidence: readonly string[]
  /** When the proof was complete: after the blow, and once more before it was healed. */
  readonly askedAt: readonly number[]
  /** Undefined: not measured, because the checking process failed. */
  readonly overlappingSends: number | undefined
  /** How long sends took to be acknowledged. Absent: not measured. */
  readonly latency?: FaultLatency
}

/** For as long as ten seconds before a fault, while it was in force, and for as long as ten seconds after it; absent where nothing was acknowledged. */
export interface FaultLatency {
  readonly before?: LatencyFigures
  readonly during?: LatencyFigures
  readonly after?: LatencyFigures
}

/** From a send's invocation until the client said that it was written, in milliseconds, up to two in a hundred too long. */
export interface LatencyFigures {
  readonly sends: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** How long a partition went without an acknowledgement while sends waited, around one fault. */
export interface RecoveryReport {
  readonly topic: string
  readonly partition: number
  readonly fault: string
  readonly milliseconds: number
  /** False: it never acknowledged again. */
  readonly recovered: boolean
}

/** How many acknowledged records a group had not been delivered, over the time of the run. */
export interface LagReport {
  readonly group: string
  readonly stepMs: number
  /** The highest in each step, from the run's beginning on. */
  readonly behind: readonly number[]
  readonly most: number
  /** Microseconds since the run began. */
  readonly mostAt: number
  /** When no more was left than a twentieth of the most, or than in the calmest tenth of the load, in microseconds since the run began. Absent: never. */
  readonly caughtUpAt?: number
  /** By how many records the lag sank in a second until then, what was written meanwhile included. Absent: it was over within two seconds, or never. */
  readonly caughtUpPerSecond?: number
}

/** How an alarm did at one fault. */
export interface AlarmReport {
  /** The fault's number. 0: none that had to raise it took place. */
  readonly fault: number
  /**
   * `seen`: in time, for the time of a scrape, and over again in time. `missed`: the answers prove that it was not so. `unknown`: there are too few
   * answers to say. `untried`: nothing had to raise it, or it would have been there without the fault.
   */
  readonly outcome: 'seen' | 'missed' | 'unknown' | 'untried'
  readonly reason: string
  /** From the fault's first step until the first answer of those that show it. */
  readonly raisedAfterMs?: number
  /** From the end of the healing until the first answer without it; 0 where that came before. */
  readonly overAfterMs?: number
  /** What was answered, from shortly before the fault on: one entry for all answers alike in a row. Times are microseconds since the run began. */
  readonly answers: readonly AlarmAnswers[]
}

export interface AlarmAnswers {
  readonly told: 'on' | 'off' | 'no answer'
  /** When the first of these questions was asked, and the last was answered or given up. */
  readonly from: number
  readonly until: number
  readonly questions: number
}

/** The verifier's proof of itself: what was planted in a copy of this run's evidence, and what was noticed. */
export interface SelfTestReport {
  readonly passed: boolean
  readonly planted: readonly { readonly mutation: string, readonly anomaly: string, readonly planted: number, readonly noticed: number }[]
  /** What could not be planted, or was not noticed, in sentences. */
  readonly failures: readonly string[]
}

export interface ExpectationReport {
  readonly expectation: Expectation
  readonly found: number
  readonly met: boolean
  readonly reason: string
  /** Set: nobody so much as tried what it is about. */
  readonly untried?: true
}

/** A run that did not take place, because this machine or provider cannot do what it needs. */
export interface SkippedRun {
  readonly experiment: string
  readonly claim: string
  /** The client that it was to be run with. */
  readonly client: string
  readonly reason: string
}

/** A run that could not take place or not be finished, because something that it stands on failed. */
export interface BrokenRun {
  readonly experiment: string
  readonly claim: string
  readonly client: string
  readonly seed: string
  readonly kafka: string
  /** What happened and what to do next. */
  readonly reason: string
}
