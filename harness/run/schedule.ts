/**
 * The schedule of a run as data: drawn from the seed, written down with its hash before anything happens, and made again from what
 * was written. A step names its fault by its place among those of the nemesis, and in words, so that a changed experiment is noticed.
 */
import { createHash } from 'node:crypto'
import type { RunOptions } from '../model/commands.ts'
import { describeDuration, milliseconds, type Duration } from '../model/duration.ts'
import { UsageError } from '../model/errors.ts'
import type { Experiment } from '../model/experiment.ts'
import type { Fault, ScheduledFault } from '../model/fault.ts'
import { printable } from '../model/printable.ts'
import { randomFrom } from '../model/random.ts'
import type { ScheduledStep, ScheduleReport } from '../model/report.ts'
import { tooShortForAlarm } from './alarm-shape.ts'

/**
 * A nemesis that finds no room for a single fault is refused: its run would claim to have broken what it never touched. So is one whose fault is over
 * before the alarm is due that it has to raise.
 */
export const drawSchedule = (experiment: Experiment, seed: string, duration: Duration): readonly ScheduledFault[] => {
  if (experiment.nemesis === undefined) return []
  const schedule = experiment.nemesis.schedule(randomFrom(seed).split('nemesis'), duration)
  const short = tooShortForAlarm(experiment, schedule)
  if (short !== undefined) throw new UsageError({ happened: short, where: 'the experiment\'s `nemesis`', next: 'Let the fault last for the alarm\'s `within` at least, or give a shorter `within`.' })
  if (schedule.length > 0) return schedule

  throw new UsageError({
    happened: `A load of ${describeDuration(duration)} has no room for a single fault of the nemesis (${experiment.nemesis.description}).`,
    where: '--duration or the experiment\'s own duration',
    next: 'Let the load run longer, or the fault come earlier and last shorter.'
  })
}

/** The steps that were given, or those that the seed draws. */
export const scheduleOf = (experiment: Experiment, { seed, steps }: Pick<RunOptions, 'seed' | 'steps'>, duration: Duration): readonly ScheduledFault[] =>
  steps === undefined ? drawSchedule(experiment, seed, duration) : rebuildSchedule(experiment, steps)

/** Throws a UsageError for a step whose fault the experiment does not have (any more), and where none is left of all that it has. */
export const rebuildSchedule = (experiment: Experiment, steps: readonly ScheduledStep[]): readonly ScheduledFault[] => {
  if (steps.length === 0 && experiment.nemesis !== undefined) {
    throw new UsageError({ happened: 'The schedule holds no fault, and the experiment has some.', next: 'A run that breaks nothing shows nothing of its claim: give a schedule with at least one.' })
  }

  return steps.map((step, index) => ({
    at: milliseconds(step.atMs),
    lasting: milliseconds(step.lastingMs),
    fault: faultOf(experiment, step, index + 1),
    stream: step.stream,
    overlapping: step.overlapping
  }))
}

/** That of its place, if the words are right; else the only one that has the words: faults may have been added before it since. */
const faultOf = ({ nemesis }: Experiment, step: ScheduledStep, number: number): Fault => {
  const is = (fault: Fault): boolean => fault.description === step.fault && fault.what === step.what
  const faults = nemesis?.faults ?? []
  const placed = faults[step.choice - 1]
  const named = [...new Set(faults.filter(is))]
  const found = placed !== undefined && is(placed) ? placed : named.length === 1 ? named[0] : undefined
  if (found !== undefined) return found

  const known = [...new Set(faults.map(({ description }) => description))].join('; ')
  throw new UsageError({
    happened: `The experiment has no fault "${printable(step.fault)}" ${named.length > 1 ? 'of which there is only one' : '(any more)'}; it has: ${known || 'none'}.`,
    where: `step ${number} of the schedule`,
    next: 'Replay it with the experiment\'s file as it was then.'
  })
}

export const describeSchedule = (schedule: readonly ScheduledFault[], { nemesis }: Experiment): ScheduleReport => {
  const steps = schedule.map(({ at, lasting, fault, stream, overlapping }): ScheduledStep => ({
    fault: fault.description,
    what: fault.what,
    choice: (nemesis?.faults.indexOf(fault) ?? -1) + 1,
    stream,
    atMs: at.milliseconds,
    lastingMs: lasting.milliseconds,
    overlapping
  }))

  return { hash: hashOf(steps), steps }
}

/** Whether these steps are what the seed draws from the experiment as it is today. */
export const isDrawn = (experiment: Experiment, seed: string, { steps, duration }: { readonly steps: readonly ScheduledStep[], readonly duration: Duration }): boolean => {
  const drawn = experiment.nemesis?.schedule(randomFrom(seed).split('nemesis'), duration) ?? []

  return describeSchedule(drawn, experiment).hash === hashOf(steps)
}

/** SHA-256 of the steps. */
export const hashOf = (steps: readonly ScheduledStep[]): string => createHash('sha256').update(JSON.stringify(steps)).digest('hex')
