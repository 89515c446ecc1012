/** A run's `report.json`, read back. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../model/errors.ts'
import { printable } from '../model/printable.ts'
import type { RunReport } from '../model/report.ts'

/** Throws a UsageError where the file is not the report of a run; `shown` is how the person names the run. */
export const readReport = (path: string, shown: string): RunReport => {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError({ happened: 'The report.json of this run cannot be read as JSON.', where: printable(shown), next: 'Name another run, or a history file to be explained.', cause: error })
  }
  if (typeof value !== 'object' || value === null || !('judgement' in value) || !('format' in value) || value.format !== 1) {
    throw new UsageError({ happened: 'The report.json here is not that of a run.', where: printable(shown), next: 'Name the folder of a run, or a history file to be explained.' })
  }

  return value as RunReport
}
