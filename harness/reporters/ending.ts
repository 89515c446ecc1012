/**
 * How a run ends on a screen: the verdict and the claim first, then what was found and what to do, then the figures, the
 * faults with their evidence, the verifier's own test, and where to read on. Written for somebody who is tired.
 */
import { describeDuration, milliseconds } from '../model/duration.ts'
import type { Judgement } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import type { FaultReport, RecoveryReport, RunReport, SelfTestReport } from '../model/report.ts'
import { grouped, latencySentence, sinceStart, wrapped } from './figures.ts'
import { type FindingGroup, groupFindings, weighs } from './finding-words.ts'
import { lagSentence } from './lag-words.ts'
import type { Paint } from './paint.ts'
import { shellWord } from './shell-word.ts'
import { paintVerdict, verdictTitle, verdictWords } from './verdict-words.ts'

const width = 110
const labelWidth = 11
const shownFindings = 6
const shownFaults = 6

/** The ending screen, line by line, without line ends. */
export const ending = (report: RunReport, paint: Paint): readonly string[] => [
  '',
  ...headline(report, paint),
  ...paragraphs(reasons(report)),
  ...findingLines(report.judgement, paint),
  '',
  ...figures(report.judgement),
  ...labelled('recovery', recovery(report.recovery)),
  ...labelled('lag', report.lag === undefined || report.lag.length === 0 ? undefined : report.lag.map(lagSentence).join('. ')),
  // Of the others the reasons have told.
  ...(report.alarms ?? []).filter(({ outcome }) => outcome === 'seen').flatMap(({ reason }) => labelled('alarm', printable(reason))),
  ...report.faults.slice(0, shownFaults).flatMap(fault => labelled('fault', faultSentence(fault))),
  ...labelled('fault', furtherFaults(report.faults)),
  ...labelled('client', clientSentence(report)),
  ...report.faults.slice(0, shownFaults).flatMap(fault => labelled('latency', latencyOf(fault))),
  ...labelled('verifier', verifier(report.selfTest)),
  ...report.contract.dangers.flatMap(danger => labelled('danger', printable(danger))),
  ...report.incidents.flatMap(incident => labelled('incident', printable(incident))),
  '',
  ...labelled('explain', explanation(report)),
  ...labelled('report', printable(report.folder)),
  ...labelled('again', printable(report.again)),
  ''
]

/** Where a finding names records, their stories can be told. */
const explanation = ({ judgement, folder }: RunReport): string | undefined =>
  judgement.findings.some(({ level, witnesses }) => level !== 'information' && witnesses.some(({ id }) => id !== null)) ? `npx ackproof explain ${shellWord(folder)}` : undefined

/** What a judgement found, as lines, the gravest first: also the body of `ackproof check`. */
export const findingLines = (judgement: Judgement, paint: Paint): readonly string[] => {
  const groups = groupFindings(judgement.findings).filter(({ anomaly }) => anomaly !== 'redelivered')
  const more = groups.length - shownFindings

  return [
    ...groups.slice(0, shownFindings).flatMap(group => ['', ...findingParagraph(group, paint)]),
    ...more > 0 ? ['', `  and ${grouped(more)} more kinds of finding: see the report`] : []
  ]
}

/** The two lines of figures. */
export const figures = ({ counts, findings }: Judgement): readonly string[] => [
  `  sent ${grouped(counts.sent)}   acknowledged ${grouped(counts.acknowledged)}   rejected ${grouped(counts.rejected)}`
  + `   indeterminate ${grouped(counts.indeterminate)}   in the log ${grouped(counts.logged)}   delivered ${grouped(counts.delivered)}`,
  `  lost ${grouped(counts.lost)}   duplicated ${grouped(counts.duplicated)}   redelivered ${grouped(counts.redelivered)}${redeliveryReason(findings)}`
]

/** Redelivery is told beside its figure: at-least-once groups always have some, and it is no finding to act on. */
const redeliveryReason = (findings: Judgement['findings']): string => {
  const reasons = new Set(findings.filter(({ anomaly }) => anomaly === 'redelivered').map(({ reason }) => printable(reason)))

  return reasons.size === 0 ? '' : ` (${[...reasons].join('; ')})`
}

const headline = ({ verdict, control, claim }: RunReport, paint: Paint): readonly string[] => {
  const title = verdictTitle(verdict, { control })
  const [first = '', ...rest] = wrapped(printable(claim), width - title.length - 3)
  const indent = ' '.repeat(title.length + 5)

  return [`  ${paintVerdict(paint, verdict, title)}   ${paint.strong(first)}`, ...rest.map(line => indent + paint.strong(line))]
}

/** Why the verdict is what it is; an upheld claim needs no explanation, an upheld control says what it found. */
const reasons = ({ verdict, control, reasons: given, expectations }: RunReport): readonly string[] => {
  if (verdict === 'upheld') return control ? expectations.map(({ reason }) => reason) : []

  const { meaning, next } = verdictWords[verdict]

  // What a refuted claim means, its reasons say better.
  return [...verdict === 'refuted' && given.length > 0 ? [] : [meaning], ...given, ...next === undefined ? [] : [next]]
}

const paragraphs = (sentences: readonly string[]): readonly string[] =>
  sentences.length === 0 ? [] : ['', ...sentences.flatMap(sentence => wrapped(printable(sentence), width).map(line => `  ${line}`))]

const findingParagraph = (group: FindingGroup, paint: Paint): readonly string[] => {
  const { told, places, reasons: because, witnesses, next, level, page } = group
  const note = level === 'permitted' ? ' (permitted)' : ''
  const [first = '', ...rest] = wrapped(`${told}${note}: ${places}`, width)
  const details = [
    ...because,
    ...witnesses.length === 0 ? [] : [`for example ${witnesses.join(', ')}`],
    ...next === undefined ? [] : [next],
    `more in ${page}`
  ]

  return [
    `  ${weighs(group) ? paint.bad(first) : first}`,
    ...rest.map(line => `  ${line}`),
    ...details.flatMap(detail => wrapped(detail, width - 4)).map(line => `      ${line}`)
  ]
}

const labelled = (label: string, text: string | undefined): readonly string[] => {
  if (text === undefined) return []

  return wrapped(text, width - labelWidth).map((line, index) => `  ${(index === 0 ? label : '').padEnd(labelWidth)}${line}`)
}

const shownPartitions = 12

interface PartitionRecovery {
  readonly place: string
  readonly longestMs: number
  readonly recovered: boolean
}

/** The longest recovery of each partition, or of the slowest one where there are too many to list. */
const recovery = (recoveries: readonly RecoveryReport[]): string | undefined => {
  const longest = [...Map.groupBy(recoveries, ({ topic, partition }) => `${topic}-${partition}`)].map(([place, all]): PartitionRecovery => ({
    place: printable(place),
    longestMs: Math.max(...all.map(each => each.milliseconds)),
    recovered: all.every(each => each.recovered)
  }))
  if (longest.length === 0) return undefined
  if (longest.length <= shownPartitions) return longest.map(recoveryOf).join('   ')

  const slowest = longest.toSorted((one, other) => Number(one.recovered) - Number(other.recovered) || other.longestMs - one.longestMs)[0]

  return slowest && `slowest of ${grouped(longest.length)} partitions: ${recoveryOf(slowest)}`
}

const recoveryOf = ({ place, longestMs, recovered }: PartitionRecovery): string =>
  recovered ? `${place} ${longestMs < 1 ? '0 s' : describeDuration(milliseconds(longestMs))}` : `${place} never`

/** `1:04 kill the leader of orders → broker 2: exit 137, gone in 41 ms`. */
export const faultSentence = ({ injectingAt, fault, whom, bit, evidence }: FaultReport): string => {
  const proof = (bit ? evidence : ['did not provably bite', ...evidence]).map(printable).join('; ')
  // Evidence often begins with whom it is about.
  const about = proof.startsWith(printable(whom)) ? proof : `${printable(whom)}: ${proof}`

  return `${sinceStart(injectingAt)} ${printable(fault)} → ${about}`
}

/** Which client it was, and what it can do. */
export const clientSentence = ({ client: { name, version, abilities } }: RunReport): string => printable(`${name} ${version} (${abilities.join('; ')})`)

/** `0:24 p99 14 ms before, 612 ms during, 20 ms after (...)`. */
const latencyOf = ({ injectingAt, latency }: FaultReport): string | undefined => {
  const sentence = latency && latencySentence(latency)

  return sentence && `${sinceStart(injectingAt)} ${sentence}`
}

const furtherFaults = (faults: readonly FaultReport[]): string | undefined => {
  const rest = faults.slice(shownFaults)
  if (rest.length === 0) return undefined

  const without = rest.filter(({ bit }) => !bit).length

  return `and ${grouped(rest.length)} more, ${without === 0 ? 'each with its evidence' : `${grouped(without)} of them without evidence`}`
}

const verifier = ({ planted, passed, failures }: SelfTestReport): string => {
  const all = planted.reduce((sum, each) => sum + each.planted, 0)
  const noticed = planted.reduce((sum, each) => sum + each.noticed, 0)
  const told = `${grouped(noticed)} of ${grouped(all)} planted anomalies were noticed`

  return passed ? told : [told, ...failures.map(printable)].join('; ')
}
