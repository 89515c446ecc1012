/**
 * `schedule.json`: what a run is going to do, written before it does anything, and all that it takes to do it again: the experiment,
 * the seed, the version, what the command line laid over them, and every step, with the hash of all of it. `replay` reads it.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { NamedExperiment, RunOptions } from '../model/commands.ts'
import type { Duration } from '../model/duration.ts'
import { UsageError } from '../model/errors.ts'
import type { Configuration } from '../model/metadata.ts'
import type { ScheduledStep, ScheduleReport } from '../model/report.ts'
import { clientOf } from './client-choice.ts'
import { ownExperiments } from './find-experiments.ts'
import { hashOf } from './schedule.ts'

export interface ScheduleFile extends ScheduleReport {
  readonly format: 1
  /** The experiment's name. */
  readonly experiment: string
  /** As `ackproof run` takes it: a name, or a path from the folder in which the command was given. */
  readonly source: string
  /** SHA-256 of the experiment's file. */
  readonly experimentHash: string
  readonly seed: string
  readonly kafka: string
  /** What produced and consumed, as `--clients` takes it. */
  readonly client: string
  /** How long the load runs. */
  readonly durationMs: number
  readonly brokerConfig: Configuration
  readonly topicConfig: Configuration
}

export const scheduleFile = (
  named: NamedExperiment, options: RunOptions, drawn: ScheduleReport & { readonly duration: Duration }
): ScheduleFile => ({
  format: 1,
  experiment: named.name,
  source: sourceOf(named),
  experimentHash: named.hash,
  seed: options.seed,
  kafka: options.kafkaVersion,
  client: clientOf(named.experiment, options),
  durationMs: drawn.duration.milliseconds,
  brokerConfig: options.brokerConfig,
  topicConfig: options.topicConfig,
  hash: drawn.hash,
  steps: drawn.steps
})

/** An experiment as the command line takes it. */
export const sourceOf = ({ file, name }: NamedExperiment): string => file.startsWith(ownExperiments) ? name : `./${relative(process.cwd(), file)}`

/** With the hash of all else in it, as `fileHash`. */
export const scheduleText = (file: ScheduleFile): string => `${JSON.stringify({ ...file, fileHash: fileHashOf(file) }, undefined, 2)}\n`

/** SHA-256 of the fields as JSON without white space, in the order in which they are written. */
const fileHashOf = (fields: object): string => createHash('sha256').update(JSON.stringify(fields)).digest('hex')

/** Throws a UsageError where it cannot be read, is no schedule, or was changed after it was written. */
export const readScheduleFile = (path: string, shown: string): ScheduleFile => {
  const refuse = (happened: string, cause?: unknown): never => {
    throw new UsageError({ happened, where: shown, next: 'Give the folder of a run, or a schedule that a run or `ackproof shrink` has written.', cause })
  }

  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return refuse(error instanceof SyntaxError ? 'It cannot be read as JSON.' : 'It cannot be read.', error)
  }
  if (!isObject(value) || !Array.isArray(value['steps']) || typeof value['hash'] !== 'string') return refuse('This is no schedule.')
  const { fileHash, ...all } = value
  const wrong = wrongField(all) ?? (isText(fileHash) ? undefined : 'fileHash')
  if (wrong !== undefined) return refuse(`Its \`${wrong}\` is missing or not what it must be; an older version of Ackproof may have written it.`)

  if (fileHashOf(all) !== fileHash) return refuse('It does not have its `fileHash`: it was changed after it was written.')

  const file = all as unknown as ScheduleFile
  if (hashOf(file.steps) !== file.hash) return refuse('Its steps do not have its hash: it was changed after it was written.')

  return file
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isLength = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0
const isConfiguration = (value: unknown): boolean => isObject(value) && Object.values(value).every(setting => typeof setting === 'string')

const fields: Readonly<Record<Exclude<keyof ScheduleFile, 'hash' | 'steps'>, (value: unknown) => boolean>> = {
  format: value => value === 1,
  experiment: isText,
  source: isText,
  experimentHash: isText,
  seed: isText,
  kafka: value => typeof value === 'string' && /^\d+\.\d+\.\d+(-[A-Za-z0-9.]+)?$/.test(value),
  client: isText,
  durationMs: value => isLength(value) && value !== 0,
  brokerConfig: isConfiguration,
  topicConfig: isConfiguration
}

const stepFields: Readonly<Record<keyof ScheduledStep, (value: unknown) => boolean>> = {
  fault: isText,
  what: isText,
  choice: value => Number.isInteger(value),
  stream: isText,
  atMs: isLength,
  lastingMs: isLength,
  overlapping: value => typeof value === 'boolean'
}

const wrongField = (file: Readonly<Record<string, unknown>>): string | undefined => {
  const first = (of: Readonly<Record<string, unknown>>, all: Readonly<Record<string, (value: unknown) => boolean>>): string | undefined =>
    Object.entries(all).find(([name, isRight]) => !isRight(of[name]))?.[0]
  const steps = file['steps'] as readonly unknown[]

  return first(file, fields) ?? steps.map(step => isObject(step) ? first(step, stepFields) : 'steps').find(wrong => wrong !== undefined)
}
