/** `report.md`: a run as Markdown, for merge requests and chats, with a picture beside it; also appended to the summary of a GitHub job. */
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeDuration, milliseconds } from '../model/duration.ts'
import { printable } from '../model/printable.ts'
import type { FaultReport, RunReport } from '../model/report.ts'
import type { Reporter } from '../model/reporter.ts'
import { clientSentence } from './ending.ts'
import { counted, grouped, latencySentence, sinceStart } from './figures.ts'
import { groupFindings } from './finding-words.ts'
import { lagPicture } from './lag-picture.ts'
import { lagBlocks, lagSentence } from './lag-words.ts'
import { clientRows } from './clients-compared.ts'
import { type Suite, tally } from './summary.ts'
import { verdictTitle, verdictWords } from './verdict-words.ts'

const lagFile = 'lag.svg'

/** `jobSummary`: the file that GitHub shows on a job's page (`$GITHUB_STEP_SUMMARY`). */
export const markdownReporter = (jobSummary: string | undefined): Reporter => ({
  runEnded: async report => {
    const text = markdown(report)
    await mkdir(report.folder, { recursive: true })
    const picture = lagPicture(report)
    if (picture !== undefined) await writeFile(join(report.folder, lagFile), picture)
    await writeFile(join(report.folder, 'report.md'), picture === undefined ? text : `${text}\n![How far each group was behind](${lagFile})\n`)
    if (jobSummary !== undefined) await appendFile(jobSummary, `${text}\n`)
  },
  allEnded: async (reports, skipped, broken) => {
    const suite = { reports, skipped, broken }
    // A single run has told itself, unless it did not take place.
    if (jobSummary !== undefined && (reports.length > 1 || skipped.length + broken.length > 0)) await appendFile(jobSummary, summaryTable(suite))
  }
})

/** One run. */
export const markdown = (report: RunReport): string => [
  `## ${verdictTitle(report.verdict, report)}: ${escaped(report.experiment)}`,
  '',
  escaped(report.claim),
  '',
  ...sentences(report),
  ...findings(report),
  '| sent | acknowledged | rejected | indeterminate | in the log | delivered | lost | duplicated | redelivered |',
  '|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
  row(figuresOf(report).map(grouped)),
  '',
  ...table(['fault', 'whom', 'at', 'target', 'evidence', 'time to acknowledge'], report.faults.map(fault => [
    fault.fault, fault.whom, struckAt(fault), foundIn(fault), fault.bit ? fault.evidence.join('; ') : ['**did not provably bite**', ...fault.evidence].join('; '),
    (fault.latency && latencySentence(fault.latency)) ?? ''
  ])),
  ...table(['partition', 'fault', 'recovery'], report.recovery.map(each => [
    `${each.topic}-${each.partition}`, each.fault, each.recovered ? describeDuration(milliseconds(each.milliseconds)) : 'never'
  ])),
  ...table(['lag', 'over the run'], (report.lag ?? []).map(lag => [lagSentence(lag), lagBlocks(lag)])),
  ...table(['alarm', 'fault', 'what monitoring would have seen'], (report.alarms ?? []).map(({ outcome, fault, reason }) => [outcome, fault === 0 ? '' : String(fault), reason])),
  ...bullets([...report.contract.dangers, ...report.incidents]),
  `Client: ${escaped(clientSentence(report))}.`,
  '',
  `Seed ${code(report.seed)}, Kafka ${escaped(report.versions.kafka)}, ${escaped([...report.versions.clients, ...report.versions.services ?? []].join(', '))}. The verifier noticed ${noticed(report)}.`,
  '',
  `Again: ${code(report.again)}. Everything else is in ${code(report.folder)}.`,
  ''
].join('\n')

const struckAt = (fault: FaultReport): string => fault.injectedAt === undefined
  ? 'it did not strike, or not as a whole'
  : [`${sinceStart(fault.injectingAt)}, ${Math.round(fault.lateMs)} ms late`, ...fault.askedAt.length === 0 ? [] : [`proofs at ${fault.askedAt.map(sinceStart).join(' and ')}`]].join('; ')

const foundIn = ({ whom, resolvedInMs, lookedInMs }: FaultReport): string =>
  [`${whom === '' ? 'not found' : 'found'} in ${Math.round(resolvedInMs)} ms`, ...lookedInMs > 0 ? [`looked at for ${Math.round(lookedInMs)} ms`] : []].join(', ')

const sentences = ({ verdict, control, reasons, expectations }: RunReport): readonly string[] => {
  const told = verdict === 'upheld'
    ? control ? expectations.map(({ reason }) => reason) : []
    : [verdictWords[verdict].meaning, ...reasons]

  return told.flatMap(sentence => [escaped(sentence), ''])
}

const findings = ({ judgement }: RunReport): readonly string[] =>
  bullets(groupFindings(judgement.findings).map(({ told, level, places, reasons, next, page }) =>
    [`${told} (${level}): ${places}.`, ...reasons.map(reason => `${reason}.`), ...next === undefined ? [] : [next], `More in ${page}.`].join(' ')))

const figuresOf = ({ judgement: { counts } }: RunReport): readonly number[] => [
  counts.sent, counts.acknowledged, counts.rejected, counts.indeterminate, counts.logged, counts.delivered,
  counts.lost, counts.duplicated, counts.redelivered
]

const noticed = ({ selfTest: { planted } }: RunReport): string =>
  `${grouped(planted.reduce((sum, each) => sum + each.noticed, 0))} of ${counted(planted.reduce((sum, each) => sum + each.planted, 0), 'planted anomaly', 'planted anomalies')}`

/** One row for each run of a command. */
export const summaryTable = (suite: Suite): string => [
  `## ${tally(suite)}`,
  '',
  ...table(['verdict', 'experiment', 'seed', 'Kafka'], [
    ...suite.reports.map(report => [verdictTitle(report.verdict, report), report.experiment, report.seed, report.versions.kafka]),
    ...suite.broken.map(({ experiment, seed, kafka }) => ['could not run', experiment, seed, kafka]),
    ...suite.skipped.map(({ experiment, reason }) => ['skipped', `${experiment}: ${reason}`, '', ''])
  ]),
  ...clientsTable(suite),
  ''
].join('\n')

const clientsTable = (suite: Suite): readonly string[] => {
  const [headings, ...rows] = clientRows(suite)

  return headings === undefined ? [] : table(headings, rows)
}

const bullets = (items: readonly string[]): readonly string[] => items.length === 0 ? [] : [...items.map(item => `- ${escaped(item)}`), '']

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : [row(headings), row(headings.map(() => '---')), ...rows.map(cells => row(cells.map(escaped))), '']

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Text that Markdown and HTML would read as their own; `*` is kept, for the few words that are meant to be bold. */
const escaped = (text: string): string => printable(text).replace(/[\\`_|[\]]/g, '\\$&').replace(/</g, '&lt;').replace(/>/g, '&gt;')

const code = (text: string): string => `\`${printable(text).replaceAll('`', '\'')}\``
