/** `report.json`: the whole report of a run, for machines, in the run's own folder. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Reporter } from '../model/reporter.ts'

export const jsonReporter = (): Reporter => ({
  runEnded: async report => {
    await mkdir(report.folder, { recursive: true })
    await writeFile(join(report.folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
  }
})

/** Each run's report as one line, for `--json`. */
export const jsonLines = (write: (text: string) => void): Reporter => ({
  runSkipped: skipped => write(`${JSON.stringify({ ...skipped, skipped: true })}\n`),
  runBroken: broken => write(`${JSON.stringify({ ...broken, broken: true })}\n`),
  runEnded: report => write(`${JSON.stringify(report)}\n`)
})
