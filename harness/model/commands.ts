/**
 * What the command line and the phases of a run say to each other. The command line finds experiments and turns arguments
 * into options; `run/` does the work and answers with plain data, which commands print for people or as JSON.
 */
import type { Configuration } from './metadata.ts'
import type { ClusterPlan } from './cluster.ts'
import type { Duration } from './duration.ts'
import type { Expectation, Experiment } from './experiment.ts'
import type { Judgement } from './judgement.ts'
import type { RunReport, ScheduledStep, ScheduleReport, SkippedRun } from './report.ts'
import type { Reporter } from './reporter.ts'
import type { TopicPlan } from './topic.ts'

/** The Kafka version under test where nobody asks for another. */
export const defaultKafkaVersion = '4.3.0'

/** The client that produces and consumes where neither the command line nor the experiment names another. */
export const defaultClient = 'kafkajs'

/** An experiment as it was found in its file. */
export interface NamedExperiment {
  /** The file's name without its extension; unique in a suite. */
  readonly name: string
  /** Absolute path. */
  readonly file: string
  readonly experiment: Experiment
  /** SHA-256 of the file's bytes, in hexadecimal: two runs of one hash ran the same text. */
  readonly hash: string
}

export interface RunOptions {
  readonly seed: string
  /** Kafka's version, which chooses the image. */
  readonly kafkaVersion: string
  /** The client that produces and consumes, where the command line names one: it goes before the experiment's own. */
  readonly client?: string
  /** The longest that the whole run may take; past it the run heals and ends `inconclusive`. */
  readonly timeout?: Duration
  /** The folder in which the run's own folder is made, absolute. */
  readonly out: string
  /** Laid over the experiment's broker configuration, in Kafka's own keys. */
  readonly brokerConfig: Configuration
  /** Laid over the configuration of each of the experiment's topics. */
  readonly topicConfig: Configuration
  /** Instead of the experiment's own duration of load. */
  readonly durationOverride?: Duration
  /** Instead of a schedule drawn from the seed: these steps, as an earlier run's schedule.json has them. */
  readonly steps?: readonly ScheduledStep[]
  /** Ends the load at the first certain finding that refutes the claim; the rest of the run takes place. */
  readonly failFast?: true
  /** Aborted at the first SIGINT or SIGTERM: the run heals, keeps its evidence and ends. */
  readonly signal: AbortSignal
}

export type PlanOptions = Pick<RunOptions, 'seed' | 'kafkaVersion' | 'brokerConfig' | 'topicConfig' | 'durationOverride'>

/** A dry run: all that can be known of a run without one. */
export interface PlanReport {
  readonly experiment: string
  readonly claim: string
  readonly control: boolean
  readonly seed: string
  readonly kafkaVersion: string
  readonly cluster: ClusterPlan
  readonly topics: readonly TopicPlan[]
  /** One sentence for each workload. */
  readonly workloads: readonly string[]
  /** What the nemesis says of itself; undefined: nothing is disturbed. */
  readonly nemesis: string | undefined
  readonly schedule: ScheduleReport
  readonly checkers: readonly { readonly name: string, readonly description: string }[]
  readonly expects: readonly Expectation[]
  /** How long the load runs. */
  readonly durationMs: number
  /** How long the whole run is expected to take, boot and audit included. */
  readonly expectedMs: number
}

/** One thing that this machine can or cannot do. */
export interface DoctorCheck {
  /** `Docker Engine`, `image kafka 4.3.0`, `memory`, `capability packet-loss`. */
  readonly what: string
  /** `ready`: as it should be. `limited`: what needs it is skipped. `missing`: no experiment can run. */
  readonly status: 'ready' | 'limited' | 'missing'
  /** A sentence with the facts. */
  readonly told: string
  /** What a person can do about it. */
  readonly remedy?: string
}

export interface DoctorReport {
  readonly checks: readonly DoctorCheck[]
}

/** What an earlier run had left, and what is still there. */
export interface HealReport {
  readonly removed: readonly string[]
  /** What could not be removed or undone, each with its reason. */
  readonly remaining: readonly string[]
  /** What belongs to harnesses elsewhere, which may be running, and was left alone. */
  readonly spared: readonly string[]
  /** What could not be looked at, for want of an engine say, each with its reason: nobody knows whether any of it is left. */
  readonly unseen: readonly string[]
}

export interface HealOptions {
  /** What becomes of what belongs to harnesses on other hosts: from here nobody can tell whether they run. */
  readonly elsewhere: 'spare' | 'remove'
  /** The folder in which runs made theirs, absolute. */
  readonly out: string
  /** Hears, before it happens, what of other hosts is going to be removed. */
  readonly tell: (words: string) => void
}

/**
 * What `run/` offers the command line. A run tells its reporter everything from `runStarted` to `runSkipped` or `runEnded`
 * (and waits for the last); the command adds `runBroken`, where a run throws, and `allEnded`.
 */
export type RunExperiment = (experiment: NamedExperiment, options: RunOptions, reporter: Reporter) => Promise<RunReport | SkippedRun>
export type PlanExperiment = (experiment: NamedExperiment, options: PlanOptions) => PlanReport
/** `out`: the folder in which runs made theirs, absolute. */
export type Doctor = (options: { readonly out: string }) => Promise<DoctorReport>
export type Heal = (options: HealOptions) => Promise<HealReport>

/** Judges a history file. Rejects with an error named `InputError` where the file cannot be judged. */
export type JudgeHistory = (file: string, options: { readonly witnesses: number }) => Promise<JudgedHistory>

export interface JudgedHistory {
  readonly judgement: Judgement
  /** What was ignored, in sentences. */
  readonly warnings: readonly string[]
}

/** A run that took place has a verdict. */
export const wasSkipped = (outcome: RunReport | SkippedRun): outcome is SkippedRun => !('verdict' in outcome)
