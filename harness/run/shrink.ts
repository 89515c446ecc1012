/** `ackproof shrink`: what a run found, whether that can be searched for, and the least schedule written down for `replay`. */
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { UsageError } from '../model/errors.ts'
import { printable } from '../model/printable.ts'
import type { ExplainOptions } from '../model/story.ts'
import { harnessVersion } from '../model/version.ts'
import { findReplay, type Replay } from './replay.ts'
import { hashOf } from './schedule.ts'
import { scheduleText, type ScheduleFile } from './schedule-file.ts'
import { foundIn, type FoundInRun } from './shrink-finding.ts'
import type { ShrinkSubject } from './shrink-file.ts'
import type { Candidate } from './shrink-search.ts'

export interface ShrinkOrder {
  readonly replay: Replay
  readonly wanted: FoundInRun
  readonly subject: ShrinkSubject
}

const nothingShown: ReadonlySet<string> = new Set(['invalid', 'vacuous', 'inconclusive'])

/** Throws a UsageError where there is nothing to search for: no report, no finding, no fault. */
export const findShrink = async (run: string, options: ExplainOptions): Promise<ShrinkOrder> => {
  const replay = await findReplay(run, options)
  const { source, report, schedule, named, folder } = replay
  const refuse = (happened: string): never => {
    throw new UsageError({ happened, where: printable(source), next: 'Give the folder of a run that found something: a violation, a loss that is permitted, a silence.' })
  }

  if (report === null) return refuse('There is no report of the run with this schedule, so that what it found is not known.')
  const wanted = foundIn(report)
  if (nothingShown.has(wanted.verdict)) return refuse(`This run is ${wanted.verdict}: it showed nothing.`)
  if (wanted.anomalies.length === 0) return refuse(`This run found nothing that could be searched for (${wanted.verdict}).`)
  if (schedule.steps.length === 0) return refuse('This run broke nothing: there is no schedule to shrink.')

  return { replay, wanted, subject: { folder, schedule, experimentHash: named.hash, harness: harnessVersion() } }
}

/** The schedule of a candidate, as a run of it has it. */
export const scheduleOfCandidate = ({ subject: { schedule }, replay }: ShrinkOrder, { steps, durationMs }: Candidate): ScheduleFile =>
  ({ ...schedule, experimentHash: replay.named.hash, durationMs, steps, hash: hashOf(steps) })

/** Writes it beside the run's own schedule, and answers its path as a command line can name it. */
export const writeShrunk = (order: ShrinkOrder, least: Candidate, cwd: string): string => {
  const path = join(order.subject.folder, 'shrunk.json')
  writeFileSync(path, scheduleText(scheduleOfCandidate(order, least)))

  return relative(cwd, path)
}
