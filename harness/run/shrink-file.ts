/** `shrink.json`, in the folder of the run that is shrunk: what was tried, so that a search that was ended goes on where it was. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../model/errors.ts'
import type { ScheduleFile } from './schedule-file.ts'
import type { Trial } from './shrink-trials.ts'

interface ShrinkFile {
  readonly format: 1
  /** Of the schedule that is shrunk, and of the experiment's file as it was when the trials were made. */
  readonly scheduleHash: string
  readonly experimentHash: string
  readonly harness: string
  readonly trials: readonly Trial[]
}

/** What the trials are about: those of another text, or judged by another harness, count for nothing. */
export interface ShrinkSubject {
  readonly folder: string
  readonly schedule: ScheduleFile
  /** Of the experiment's file as it is today. */
  readonly experimentHash: string
  readonly harness: string
}

const fileOf = ({ folder }: ShrinkSubject): string => join(folder, 'shrink.json')

/** Throws a UsageError where the file is not what `shrink` writes. */
export const readTrials = (subject: ShrinkSubject): readonly Trial[] => {
  const path = fileOf(subject)
  if (!existsSync(path)) return []

  let file: ShrinkFile
  try {
    file = JSON.parse(readFileSync(path, 'utf8')) as ShrinkFile
    if (!isRecordOfTrials(file)) throw new TypeError('This is no record of trials.')
  } catch (error) {
    throw new UsageError({ happened: 'What was tried so far cannot be read.', where: path, next: 'Remove the file: the search then begins anew.', cause: error })
  }
  const about = file.scheduleHash === subject.schedule.hash && file.experimentHash === subject.experimentHash && file.harness === subject.harness

  return about ? file.trials : []
}

const isRecordOfTrials = ({ format, trials }: { readonly format: number, readonly trials: readonly Trial[] }): boolean =>
  format === 1 && trials.every(({ candidate, runs }) => Array.isArray(candidate.steps) && runs.every(({ same }) => typeof same === 'boolean'))

/** Whole or not at all: whatever ends the process, the file is the one before or this one. */
export const keepTrials = (subject: ShrinkSubject, trials: readonly Trial[]): void => {
  const { schedule, experimentHash, harness } = subject
  const file: ShrinkFile = { format: 1, scheduleHash: schedule.hash, experimentHash, harness, trials }
  const unfinished = `${fileOf(subject)}.unfinished`
  writeFileSync(unfinished, `${JSON.stringify(file, undefined, 2)}\n`)
  renameSync(unfinished, fileOf(subject))
}
