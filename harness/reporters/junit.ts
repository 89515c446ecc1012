/**
 * `junit.xml`, which every CI system reads: one in each run's folder, and one for the whole command beside them, with a
 * suite each. A claim that does not hold is a failure; a run that shows nothing, or could not take place, is an error.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import commonJs, { type Builder, type TestCase, type TestSuite } from 'junit-report-builder'
import { exitCodeOf } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import type { BrokenRun, RunReport, SkippedRun } from '../model/report.ts'
import type { Reporter } from '../model/reporter.ts'
import { faultSentence, figures, findingLines } from './ending.ts'
import { plain } from './paint.ts'
import type { Suite } from './summary.ts'
import { verdictWords } from './verdict-words.ts'

/** `file`: where the command's own report goes. */
export const junitReporter = (file: string): Reporter => ({
  runEnded: report => write(join(report.folder, 'junit.xml'), junitXml(report.experiment, { reports: [report], skipped: [], broken: [] })),
  allEnded: (reports, skipped, broken) => write(file, junitXml('ackproof', { reports, skipped, broken }))
})

const write = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

// The package exports its builder itself (`module.exports = builder`), while its types say `exports.default`.
const junit = commonJs as unknown as Builder

/** The XML of one suite. */
export const junitXml = (name: string, { reports, skipped, broken }: Suite): string => {
  const builder = junit.newBuilder()
  const suite = builder.testSuite().name(printable(name))
  const [first] = reports
  if (first) suite.timestamp(new Date(first.startedAt))

  for (const report of reports) addRun(suite, report)
  for (const run of broken) addBroken(suite, run)
  for (const run of skipped) addSkipped(suite, run)

  return builder.build()
}

const addRun = (suite: TestSuite, report: RunReport): void => {
  const seconds = Object.values(report.timings).reduce((sum, milliseconds) => sum + milliseconds, 0) / 1000
  const testCase = named(suite, { experiment: report.experiment, kafka: report.versions.kafka }).time(seconds)

  for (const [property, value] of Object.entries(propertiesOf(report))) testCase.property(property, printable(value))
  if (report.verdict === 'upheld') return

  const message = `${verdictWords[report.verdict].word}: ${[...report.reasons, verdictWords[report.verdict].meaning].map(printable)[0] ?? ''}`
  // Exit code 4: nothing was shown, which is another thing than a claim that does not hold.
  if (exitCodeOf(report.verdict) === 4) testCase.error(message, report.verdict, detailsOf(report))
  else testCase.failure(message, report.verdict).stacktrace(detailsOf(report))
}

const propertiesOf = ({ claim, seed, versions, folder, control, verdict }: RunReport): Readonly<Record<string, string>> => ({
  claim, seed, verdict, kafka: versions.kafka, clients: versions.clients.join(', '), control: String(control), folder
})

/** All that somebody who only has the CI's page needs to know. */
const detailsOf = (report: RunReport): string => [
  report.claim,
  ...report.reasons,
  ...findingLines(report.judgement, plain),
  '',
  ...figures(report.judgement),
  ...report.faults.map(fault => `  ${faultSentence(fault)}`),
  '',
  `report  ${report.folder}`,
  `again   ${report.again}`
].map(printable).join('\n')

const addBroken = (suite: TestSuite, { experiment, claim, kafka, reason }: BrokenRun): void => {
  const [message = '', ...rest] = reason.split('\n').map(printable)
  named(suite, { experiment, kafka }).property('claim', printable(claim)).error(message, 'could-not-run', rest.join('\n'))
}

const addSkipped = (suite: TestSuite, { experiment, claim, reason }: SkippedRun): void => {
  const testCase = named(suite, { experiment }).property('claim', printable(claim)).skipped()

  // The builder knows no reason for skipping, but CI systems show the attribute `message`.
  const build = testCase.build.bind(testCase)
  testCase.build = parent => {
    const element = build(parent)
    element.children.find(child => 'name' in child && child.name === 'skipped')?.attribute('message', printable(reason))

    return element
  }
}

const named = (suite: TestSuite, { experiment, kafka }: { readonly experiment: string, readonly kafka?: string }): TestCase =>
  suite.testCase().name(printable(experiment)).className(kafka === undefined ? 'ackproof' : `ackproof.kafka-${printable(kafka)}`)
