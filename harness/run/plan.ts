/** A dry run: all that can be known of a run without one. Pure; the same seed gives the same schedule as the run. */
import type { PlanExperiment } from '../model/commands.ts'
import type { Experiment } from '../model/experiment.ts'
import type { Duration } from '../model/duration.ts'
import { overlaidExperiment } from './overlay.ts'
import { describeSchedule, drawSchedule } from './schedule.ts'

/** What boot, confirmation, heal, drain, audit and checking take beside the load, on a small machine. */
const overheadMs = 30_000

export const planExperiment: PlanExperiment = (named, options) => {
  const experiment = overlaidExperiment(named.experiment, options)
  const duration = durationOf(experiment, options.durationOverride)

  return {
    experiment: named.name,
    claim: experiment.claim,
    control: experiment.expects !== undefined,
    seed: options.seed,
    kafkaVersion: options.kafkaVersion,
    cluster: experiment.cluster,
    topics: topicsOf(experiment),
    workloads: experiment.workload.map(workload => workload.description),
    nemesis: experiment.nemesis?.description,
    schedule: describeSchedule(drawSchedule(experiment, options.seed, duration), experiment),
    checkers: experiment.checkers.map(({ name, description }) => ({ name, description })),
    expects: experiment.expects ?? [],
    durationMs: duration.milliseconds,
    expectedMs: duration.milliseconds + overheadMs
  }
}

export const durationOf = (experiment: Experiment, override: Duration | undefined): Duration => override ?? experiment.duration

/** Every topic of the workloads, once. */
export const topicsOf = (experiment: Experiment): Experiment['workload'][number]['topics'] =>
  [...new Map(experiment.workload.flatMap(workload => workload.topics).map(topic => [topic.name, topic])).values()]
