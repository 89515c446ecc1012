/** Which reporters tell a command's runs: the files always first, so that the ending screen names what is already there. */
import { join } from 'node:path'
import { UsageError } from '../model/errors.ts'
import { printable } from '../model/printable.ts'
import { consoleReporter } from '../reporters/console.ts'
import type { NamedReporter } from '../reporters/contained.ts'
import { jsonLines, jsonReporter } from '../reporters/json-report.ts'
import { junitReporter } from '../reporters/junit.ts'
import { markdownReporter } from '../reporters/markdown.ts'
import { paintFor } from '../reporters/paint.ts'
import { terminalReporter } from '../reporters/terminal.ts'
import { nearestNames } from './nearest-names.ts'
import type { OutputStream, Surroundings } from './surroundings.ts'

const files = ['json', 'junit', 'markdown'] as const
export const reporterNames = [...files, 'console', 'terminal'] as const
type ReporterName = (typeof reporterNames)[number]

export interface Telling {
  /** As asked for; none: every file, and the screen. */
  readonly names: readonly string[]
  /** One JSON object a line on standard output; people read standard error. */
  readonly json: boolean
  /** Absolute folder of the command's own files. */
  readonly out: string
}

export const chooseReporters = ({ names, json, out }: Telling, surroundings: Surroundings): readonly NamedReporter[] => {
  const asked = names.length === 0 ? [...files, screenName(surroundings, { json })] : names.map(known)
  // Other commands read report.json, so that every run has one.
  const chosen = new Set<ReporterName>(['json', ...asked])
  const people = json ? surroundings.err : surroundings.out
  const screen = { write: (text: string) => void people.write(text), paint: paintFor(people, surroundings.environment) }

  const made = {
    json: () => jsonReporter(),
    junit: () => junitReporter(join(out, 'junit.xml')),
    markdown: () => markdownReporter(surroundings.environment['GITHUB_STEP_SUMMARY']),
    console: () => consoleReporter(screen),
    terminal: () => terminalReporter(screen)
  }

  return [
    ...reporterNames.filter(name => chosen.has(name)).map(name => ({ name, reporter: made[name]() })),
    ...json ? [{ name: '--json', reporter: jsonLines(text => void surroundings.out.write(text)) }] : []
  ]
}

const screenName = ({ out }: { readonly out: OutputStream }, { json }: { readonly json: boolean }): ReporterName =>
  out.isTTY === true && !json ? 'terminal' : 'console'

const known = (name: string): ReporterName => {
  const found = reporterNames.find(each => each === name)
  if (found !== undefined) return found

  const near = nearestNames(name, reporterNames)
  throw new UsageError({
    happened: `There is no reporter named '${printable(name)}'.`,
    where: '--reporter',
    next: `Choose from ${reporterNames.join(', ')}.${near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`}`
  })
}
