/** The end of a command with more than one run: a line for each, the gravest words first seen, and the counts. */
import { printable } from '../model/printable.ts'
import type { BrokenRun, RunReport, SkippedRun } from '../model/report.ts'
import { grouped } from './figures.ts'
import type { Paint } from './paint.ts'
import { paintVerdict, verdictTitle } from './verdict-words.ts'

/** Everything that one command ran, or wanted to. */
export interface Suite {
  readonly reports: readonly RunReport[]
  readonly skipped: readonly SkippedRun[]
  readonly broken: readonly BrokenRun[]
}

export const summary = (suite: Suite, paint: Paint): readonly string[] => {
  const { reports, skipped, broken } = suite
  if (reports.length + skipped.length + broken.length < 2) return []

  const titles = reports.map(report => verdictTitle(report.verdict, report))
  const clients = new Set(reports.map(({ client }) => client.name))
  const width = Math.max(7, ...titles.map(title => title.length))

  return [
    '',
    ...reports.map(({ verdict, experiment, seed, versions, client }, index) =>
      `  ${paintVerdict(paint, verdict, (titles[index] ?? '').padEnd(width))}   ${printable(experiment)}   seed ${printable(seed)}, Kafka ${printable(versions.kafka)}${clients.size > 1 ? `, ${printable(client.name)}` : ''}`),
    ...broken.map(({ experiment }) => `  ${paint.bad('BROKEN'.padEnd(width))}   ${printable(experiment)}`),
    ...skipped.map(({ experiment, reason }) => `  ${paint.doubtful('SKIPPED'.padEnd(width))}   ${printable(experiment)}: ${printable(reason)}`),
    '',
    `  ${tally(suite)}`,
    ''
  ]
}

/** `12 upheld, 1 refuted, 1 skipped`. */
export const tally = ({ reports, skipped, broken }: Suite): string => {
  const byVerdict = [...Map.groupBy(reports, ({ verdict }) => verdict)].map(([verdict, all]) => `${grouped(all.length)} ${verdict}`)

  return [
    ...byVerdict,
    ...broken.length > 0 ? [`${grouped(broken.length)} could not run`] : [],
    ...skipped.length > 0 ? [`${grouped(skipped.length)} skipped`] : []
  ].join(', ')
}
