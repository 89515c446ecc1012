/** Finds what a run left, by the folder's path or name, by `latest`, or as a history file that stands alone. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { UsageError } from '../model/errors.ts'
import { printable } from '../model/printable.ts'
import type { ExplainOptions } from '../model/story.ts'

export interface FoundRun {
  /** The folder or file as a command line can name it. */
  readonly source: string
  /** Absolute; null: the run did not come to its report. */
  readonly report: string | null
  /** Absolute; null: none was exported. */
  readonly history: string | null
  /** The folder with the evidence as the processes wrote it; null: not there. */
  readonly ledger: string | null
}

/** Throws a UsageError where nothing is there, with what may have been meant. */
export const findRun = (run: string, options: ExplainOptions): FoundRun => {
  const { out, cwd } = options
  const path = run === 'latest' ? join(out, latest(out, cwd)) : [resolve(cwd, run), join(out, run)].find(existsSync)
  if (path === undefined) throw unknownRun(run, options)

  const source = relative(cwd, path) || '.'
  if (!statSync(path).isDirectory()) return { source, report: null, history: path, ledger: null }

  const found = inFolder(path)
  if (found.report === null && found.history === null && found.ledger === null) {
    throw new UsageError({
      happened: 'This folder holds no run: neither a report.json nor a history nor a ledger.', where: printable(run),
      next: 'Give the folder of one run, as in reports/2026-11-21T10-38-30-leader-sigkill-1, a history file, or `latest`.'
    })
  }

  return { source, ...found }
}

const histories = ['history.ndjson.zst', 'history.ndjson.gz', 'history.ndjson']

const inFolder = (folder: string): Omit<FoundRun, 'source'> => {
  const there = (...names: readonly string[]): string | null => names.map(name => join(folder, name)).find(existsSync) ?? null

  return { report: there('report.json'), history: there(...histories), ledger: there('ledger') }
}

/** Names begin with the time, so that the last one is the newest. A run that still goes on has no report yet. */
const latest = (out: string, cwd: string): string => {
  const runs = runsIn(out)
  const name = runs.filter(run => existsSync(join(out, run, 'report.json'))).at(-1) ?? runs.at(-1)
  if (name === undefined) {
    throw new UsageError({
      happened: 'There is no run yet.', where: printable(relative(cwd, out) || '.'), next: 'Run one, as in `ackproof run acks1-loses`, or name the folder of the runs with --out.'
    })
  }

  return name
}

const runsIn = (out: string): readonly string[] => {
  if (!existsSync(out)) return []

  return readdirSync(out, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-/.test(entry.name))
    .map(({ name }) => name)
    .sort()
}

const unknownRun = (run: string, { out, cwd, nearest }: ExplainOptions): UsageError => {
  const runs = runsIn(out)
  // Of several runs of one experiment the newest ones were meant.
  const containing = runs.filter(name => name.includes(basename(run))).slice(-3).toReversed()
  const near = containing.length > 0 ? containing : nearest(basename(run), runs)
  const folder = printable(relative(cwd, out) || '.')

  return new UsageError({
    happened: `There is no run or history '${printable(run)}'.`,
    next: near.length > 0
      ? `Did you mean ${near.map(printable).join(', ')}? \`ls ${folder}\` shows all of them.`
      : runs.length === 0 ? `${folder} holds no run; name the folder of the runs with --out.` : `\`latest\` is the last run in ${folder}; \`ls ${folder}\` shows all of them.`
  })
}
