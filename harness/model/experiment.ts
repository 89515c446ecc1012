/** An experiment: a claim, and all that it takes to dispute it, as plain data. */
import type { Alarm } from './alarm.ts'
import type { ClusterPlan } from './cluster.ts'
import type { Duration } from './duration.ts'
import type { Nemesis } from './fault.ts'
import type { Workload } from './workload.ts'

/** What a claim demands of the judgement, by name; every anomaly is judged whether it is named here or not. */
export interface Checker {
  readonly name: string
  readonly description: string
  /** The anomalies whose absence this checker claims. */
  readonly anomalies: readonly string[]
  /** The most time that a partition may go without an acknowledgement while sends wait. */
  readonly unavailableMs?: number
  /** After a fault has hit a member of a group, no partition of another one may change hands. */
  readonly othersKeepPartitions?: true
  /** What monitoring must show of a fault. */
  readonly alarm?: Alarm
}

/** What a control must find, or its run is refuted. */
export type Expectation = (FindingExpectation | FailureExpectation | DangerExpectation) & OfOneClient

interface OfOneClient {
  /** Only with this client (`kafkajs`), whose doing it is. With any other it is not expected, and refutes the claim as it would anywhere. */
  readonly client?: string
}

/**
 * What no anomaly tells. `failed`: sends that were under way while a fault was in force, and whose clients were told that they failed, or
 * that nobody knows; `rejected` are those of them that definitely were not written, `indeterminate` the others. `fenced`: sends that another
 * one's taking over of the transactional id had made vain before they began, and that were not acknowledged. `late-commits`: commits, in
 * transactions, of members whose partition another had been given, and that were refused. `read-aborted`: deliveries of records whose
 * transaction was aborted. `others-moved`: partitions that members of a group gave up, or were given, after a fault had hit another member.
 */
export interface FailureExpectation {
  readonly outcome: 'failed' | 'rejected' | 'indeterminate' | 'fenced' | 'late-commits' | 'read-aborted' | 'others-moved'
  readonly atLeast: number
}

/** A weak setting of which the run's contract must warn, in the words that a warning begins with: `orders has one replica`. */
export interface DangerExpectation {
  readonly danger: string
}

export interface FindingExpectation {
  readonly anomaly: string
  readonly level: 'violation' | 'permitted' | 'information' | 'liveness' | 'objective'
  /** 0: it may be found, and need not. */
  readonly atLeast: number
  /** Only findings about this group. A liveness finding that a control expects is one of the group that it names. */
  readonly group?: string
  /** Only findings about this topic: what is found of another is not expected. */
  readonly topic?: string
  /** Numbers of the only producers whose records the finding may be about: 1 is p1. */
  readonly producers?: readonly number[]
  /**
   * Which records the finding must be about, and about no others. `hit`: sent or acknowledged while a fault was in force.
   * `killed`: passed by a group member, and not delivered to it, when a fault killed it. `hidden`: exactly the ones that the
   * harness withheld from its own audit. `interrupted`: the last that a group member was delivered when a fault killed it.
   * `redelivered`: delivered to a group more than once. `failed`: the work on it failed.
   * `behind-failed`: it lies in a partition behind one on which the work failed. `any`: no demand.
   */
  readonly among: 'hit' | 'killed' | 'hidden' | 'interrupted' | 'redelivered' | 'failed' | 'behind-failed' | 'any'
}

export const expectsFinding = (expectation: Expectation): expectation is FindingExpectation & OfOneClient => 'anomaly' in expectation
export const expectsDanger = (expectation: Expectation): expectation is DangerExpectation & OfOneClient => 'danger' in expectation

export interface ExperimentPlan {
  /** One sentence that a reader could dispute. */
  readonly claim: string
  readonly cluster: ClusterPlan
  readonly workload: Workload | readonly Workload[]
  /** Absent: nothing is disturbed. */
  readonly nemesis?: Nemesis
  /** How long the load runs while faults come and go; the drain follows. */
  readonly duration: Duration
  readonly checkers: readonly Checker[]
  /** What must be found: makes the experiment a control. */
  readonly expects?: readonly Expectation[]
  /** How many acknowledged records the harness hides from its own audit: shows that the verifier can see a loss. */
  readonly hidden?: number
  readonly tags?: readonly string[]
  /** The client that produces and consumes, where the command line names none: `kafkajs` (the default), ... */
  readonly client?: string
}

export interface Experiment extends ExperimentPlan {
  readonly kind: 'experiment'
  readonly workload: readonly Workload[]
}

const isList = (workload: Workload | readonly Workload[]): workload is readonly Workload[] => Array.isArray(workload)

/** The experiment as it is with one client: without what it expects of others. */
export const withClient = (experiment: Experiment, client: string): Experiment => ({
  ...experiment,
  ...experiment.expects === undefined ? {} : { expects: experiment.expects.filter(expectation => expectation.client === undefined || expectation.client === client) }
})

/** Makes a plan an experiment. The name is its file's. */
export const experiment = (plan: ExperimentPlan): Experiment => ({
  ...plan,
  kind: 'experiment',
  workload: isList(plan.workload) ? plan.workload : [plan.workload]
})
