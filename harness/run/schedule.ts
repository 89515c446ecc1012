/** The schedule of a run as data: drawn from the seed, written down with its hash before anything happens. */
import { createHash } from 'node:crypto'
import { describeDuration, type Duration } from '../model/duration.ts'
import { UsageError } from '../model/errors.ts'
import type { Experiment } from '../model/experiment.ts'
import type { ScheduledFault } from '../model/fault.ts'
import { randomFrom } from '../model/random.ts'
import type { ScheduledStep, ScheduleReport } from '../model/report.ts'

/** A nemesis that finds no room for a single fault is refused: its run would claim to have broken what it never touched. */
export const drawSchedule = (experiment: Experiment, seed: string, duration: Duration): readonly ScheduledFault[] => {
  if (experiment.nemesis === undefined) return []
  const schedule = experiment.nemesis.schedule(randomFrom(seed).split('nemesis'), duration)
  if (schedule.length > 0) return schedule

  throw new UsageError({
    happened: `A load of ${describeDuration(duration)} has no room for a single fault of the nemesis (${experiment.nemesis.description}).`,
    where: '--duration or the experiment\'s own duration',
    next: 'Let the load run longer, or the fault come earlier and last shorter.'
  })
}

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
