/** The schedule of a run as data: drawn from the seed, written down with its hash before anything happens. */
import { createHash } from 'node:crypto'
import type { Duration } from '../model/duration.ts'
import type { Experiment } from '../model/experiment.ts'
import type { ScheduledFault } from '../model/fault.ts'
import { randomFrom } from '../model/random.ts'
import type { ScheduledStep, ScheduleReport } from '../model/report.ts'

export const drawSchedule = (experiment: Experiment, seed: string, duration: Duration): readonly ScheduledFault[] =>
  experiment.nemesis?.schedule(randomFrom(seed).split('nemesis'), duration) ?? []

export const describeSchedule = (schedule: readonly ScheduledFault[]): ScheduleReport => {
  const steps = schedule.map(({ at, lasting, fault, overlapping }): ScheduledStep => ({
    fault: fault.description,
    what: fault.what,
    atMs: at.milliseconds,
    lastingMs: lasting.milliseconds,
    overlapping
  }))

  return { hash: createHash('sha256').update(JSON.stringify(steps)).digest('hex'), steps }
}
