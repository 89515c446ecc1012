/**
 * Several clients side by side, at the end of a command that ran with more than one: a row for each experiment, a column for each
 * client, and in each cell the verdict and what the application saw. Where cells of a row differ, the row says so.
 */
import { printable } from '../model/printable.ts'
import type { RunReport } from '../model/report.ts'
import { grouped } from './figures.ts'
import type { Paint } from './paint.ts'
import type { Suite } from './summary.ts'
import { verdictTitle } from './verdict-words.ts'

/** One client's column in one experiment's row: what all runs of the pair came to. */
interface Cell {
  readonly verdict: string
  readonly lost: string
  readonly duplicated: string
  readonly redelivered: string
}

const headings = ['experiment', 'client', 'verdict', 'lost', 'duplicated', 'redelivered'] as const

/** The table as rows of cells, the headings first; none where there is but one client. */
export const clientRows = ({ reports, skipped, broken }: Suite): readonly (readonly string[])[] => {
  const ran = [...reports.map(report => ({ ...report, client: report.client.name })), ...skipped, ...broken]
  const clients = [...new Set(ran.map(({ client }) => client))]
  if (clients.length < 2) return []

  const versions = new Map(reports.map(({ client }) => [client.name, `${client.name} ${client.version}`]))
  const experiments = [...new Set(ran.map(({ experiment }) => experiment))]
  const rows = experiments.flatMap(experiment => clients.flatMap(client => {
    const cell = cellOf({
      reports: reports.filter(report => report.experiment === experiment && report.client.name === client),
      skipped: skipped.filter(one => one.experiment === experiment && one.client === client),
      broken: broken.filter(one => one.experiment === experiment && one.client === client)
    })

    return cell === undefined ? [] : [[experiment, versions.get(client) ?? client, cell.verdict, cell.lost, cell.duplicated, cell.redelivered].map(printable)]
  }))

  return [headings, ...rows]
}

const cellOf = ({ reports, skipped, broken }: Suite): Cell | undefined => {
  const verdicts = [
    ...reports.map(report => verdictTitle(report.verdict, report)),
    ...broken.map(() => 'could not run'),
    ...skipped.map(({ reason }) => `skipped: ${reason}`)
  ]
  if (verdicts.length === 0) return undefined

  const sum = (figure: keyof Pick<RunReport['judgement']['counts'], 'lost' | 'duplicated' | 'redelivered'>): string =>
    reports.length === 0 ? '' : grouped(reports.reduce((total, { judgement }) => total + judgement.counts[figure], 0))

  return { verdict: counted(verdicts), lost: sum('lost'), duplicated: sum('duplicated'), redelivered: sum('redelivered') }
}

/** `UPHELD`, or `2 UPHELD, 1 REFUTED` where there were several runs. */
const counted = (verdicts: readonly string[]): string => {
  const kinds = [...Map.groupBy(verdicts, verdict => verdict)]
  if (verdicts.length === 1) return verdicts[0] ?? ''

  return kinds.map(([verdict, all]) => `${all.length} ${verdict}`).join(', ')
}

/** The table for a screen, with what differs between clients below it. */
export const clientsCompared = (suite: Suite, paint: Paint): readonly string[] => {
  const rows = clientRows(suite)
  if (rows.length === 0) return []

  const widths = headings.map((_, column) => Math.max(...rows.map(row => shownWidth(row[column] ?? '', column))))
  const lines = rows.map(row => `  ${row.map((cell, column) => column >= 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd())
  const differing = differences(rows.slice(1))

  return ['', ...lines.map((line, index) => index === 0 ? paint.faint(line) : line), '', ...differing.map(line => `  ${paint.strong(line)}`), ...differing.length === 0 ? [] : ['']]
}

/** A reason for a skip may be long, and must not push the figures off the screen. */
const shownWidth = (cell: string, column: number): number => column === 2 && cell.startsWith('skipped') ? 0 : cell.length

/** One sentence for each experiment whose verdict, losses or copies are not the same with every client. */
const differences = (rows: readonly (readonly string[])[]): readonly string[] =>
  [...Map.groupBy(rows, ([experiment]) => experiment)].flatMap(([experiment, all]) => {
    const said = all.filter(([, , verdict]) => verdict?.startsWith('skipped') === false).map(([, client, verdict, lost, duplicated]) => ({ client, fact: `${verdict}, ${lost || '?'} lost, ${duplicated || '?'} duplicated` }))
    const facts = [...Map.groupBy(said, ({ fact }) => fact)]

    return facts.length < 2 ? [] : [`${experiment} differs: ${facts.map(([fact, clients]) => `${clients.map(({ client }) => client).join(', ')}: ${fact}`).join('; ')}.`]
  })
