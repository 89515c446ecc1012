/**
 * Finds what a replay needs: the schedule that a run wrote down, or that `shrink` left, the experiment as it is today, and the run's
 * report, where there is one. What has changed since is said, not refused: the steps are replayed as they were written.
 */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { NamedExperiment, RunOptions } from '../model/commands.ts'
import { milliseconds } from '../model/duration.ts'
import { UsageError } from '../model/errors.ts'
import { printable } from '../model/printable.ts'
import type { RunReport } from '../model/report.ts'
import type { ExplainOptions } from '../model/story.ts'
import { experimentAt, findExperiments, loadExperiment, looksLikePath } from './find-experiments.ts'
import { findRun } from './find-run.ts'
import { readReport } from './report-file.ts'
import { isDrawn, rebuildSchedule } from './schedule.ts'
import { readScheduleFile, type ScheduleFile } from './schedule-file.ts'

export interface Replay {
  /** The folder or file as a command line can name it. */
  readonly source: string
  /** Absolute: where the schedule lies. */
  readonly folder: string
  readonly schedule: ScheduleFile
  readonly named: NamedExperiment
  /** Of the run that had exactly this schedule; null: it left none, or the schedule is no run's. */
  readonly report: RunReport | null
  /** What is not as it was, in sentences. */
  readonly changes: readonly string[]
}

/** Throws a UsageError where there is no run, no whole schedule, or no longer such an experiment or such a fault. */
export const findReplay = async (run: string, options: ExplainOptions): Promise<Replay> => {
  const file = scheduleOfRun(run, options)
  const source = relative(options.cwd, file.given) || '.'
  const schedule = readScheduleFile(file.path, printable(source))
  const named = await experimentOf(schedule, options)
  // Refused before anything is started, and not when a cluster waits for it.
  rebuildSchedule(named.experiment, schedule.steps)
  const found = reportBeside(file.path, { schedule, source })

  return { source, folder: dirname(file.path), schedule, named, report: found, changes: changesSince(schedule, named) }
}

/** What of a run's options the schedule decides. */
export const replayedOptions = ({ seed, kafka, client, durationMs, brokerConfig, topicConfig, steps }: ScheduleFile): Omit<RunOptions, 'out' | 'signal'> => ({
  seed, kafkaVersion: kafka, client, brokerConfig, topicConfig, durationOverride: milliseconds(durationMs), steps
})

const scheduleOfRun = (run: string, options: ExplainOptions): { readonly given: string, readonly path: string } => {
  const given = resolve(options.cwd, findRun(run, options).source)
  const path = statSync(given).isDirectory() ? join(given, 'schedule.json') : given
  if (existsSync(path)) return { given, path }

  throw new UsageError({ happened: 'This run wrote down no schedule.', where: printable(run), next: 'Give the folder of another run: what is to be replayed is its schedule.json.' })
}

const experimentOf = async ({ source, experiment }: ScheduleFile, { cwd }: ExplainOptions): Promise<NamedExperiment> => {
  if (looksLikePath(source)) return loadExperiment(experimentAt(source, cwd))
  const file = (await findExperiments()).find(({ name }) => name === source)
  if (file !== undefined) return loadExperiment(file)

  throw new UsageError({ happened: `There is no experiment named '${printable(experiment)}' any more.`, next: '`ackproof list` shows what there is.' })
}

const reportBeside = (path: string, { schedule, source }: { readonly schedule: ScheduleFile, readonly source: string }): RunReport | null => {
  const beside = join(dirname(path), 'report.json')
  if (!existsSync(beside)) return null
  const report = readReport(beside, source)

  return report.schedule.hash === schedule.hash ? report : null
}

const changesSince = (schedule: ScheduleFile, { experiment, hash }: NamedExperiment): readonly string[] => [
  ...hash === schedule.experimentHash ? [] : ['The experiment\'s file has changed since: its claim, load and faults are those of today, the times those of the schedule.'],
  ...drawnToday(schedule, experiment) ? [] : [`Today the experiment draws another schedule from seed ${printable(schedule.seed)}; this one is replayed as it was written.`]
]

const drawnToday = ({ seed, steps, durationMs }: ScheduleFile, experiment: NamedExperiment['experiment']): boolean =>
  isDrawn(experiment, seed, { steps, duration: milliseconds(durationMs) })

/** One sentence for each fault of a replay: whom it hit, and whom the earlier run's did. */
export const targetsBeside = (now: RunReport, earlier: RunReport | null): readonly string[] => now.faults.map(({ number, fault, whom }) => {
  const before = earlier?.faults.find(one => one.number === number)?.whom
  const here = printable(whom || 'nobody')

  return `${number}. ${printable(fault)} → ${here}${before === undefined ? '' : before === whom ? ', as in the earlier run' : `; in the earlier run ${printable(before || 'nobody')}`}`
})
