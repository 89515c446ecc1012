/** A run's folder and the names in it: `reports/<time>-<experiment>-<seed>/`, made before anything happens. */
import { mkdirSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { InfrastructureError, messageOf } from '../model/errors.ts'
import { markUnfinished, workingFiles } from './unfinished-runs.ts'

export interface RunFolder {
  readonly path: string
  readonly ledger: string
  /** What the members of groups did for good, if they did: a store a group. */
  readonly stores: string
  readonly logs: string
  readonly history: string
  readonly schedule: string
  /** Where the verifier's self-test keeps its mutated copy of the evidence, and nothing stays. */
  readonly scratch: string
  readonly checkOrder: string
  readonly checkAnswer: string
}

/** Short enough for names of containers and networks, and different for two runs that start at once. */
export const newRunId = (): string => randomBytes(4).toString('hex')

export const createRunFolder = (out: string, run: { readonly experiment: string, readonly seed: string, readonly startedAt: Date }): RunFolder => {
  const time = run.startedAt.toISOString().slice(0, 19).replaceAll(':', '-')
  const wanted = join(out, `${time}-${run.experiment}-${run.seed.replaceAll(/[^\w.-]/g, '_')}`)
  const path = createdFolder(out, wanted)

  return {
    path,
    ledger: join(path, 'ledger'),
    stores: join(path, 'stores'),
    logs: join(path, 'logs'),
    history: join(path, 'history.ndjson.zst'),
    schedule: join(path, 'schedule.json'),
    scratch: join(path, workingFiles.scratch),
    checkOrder: join(path, workingFiles.order),
    checkAnswer: join(path, workingFiles.answer)
  }
}

/** A second run of the same name in the same second gets a number of its own. */
const createdFolder = (out: string, wanted: string): string => {
  try {
    mkdirSync(out, { recursive: true })
    for (let number = 1; ; number += 1) {
      const path = number === 1 ? wanted : `${wanted}-${number}`
      if (created(path)) {
        markUnfinished(path)

        return path
      }
    }
  } catch (error) {
    throw new InfrastructureError({
      happened: `The run's folder cannot be made: ${messageOf(error)}.`,
      where: out,
      next: 'Choose a folder that can be written to with --out.',
      cause: error
    })
  }
}

const created = (path: string): boolean => {
  try {
    mkdirSync(path)

    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
