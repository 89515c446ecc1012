/**
 * A run as plain lines, for logs and pipes: one line for each thing that happened, no escape codes, nothing that moves. A
 * long phase says once in a while that it is still under load, so that nobody takes it for dead.
 */
import { describeDuration, milliseconds } from '../model/duration.ts'
import { printable } from '../model/printable.ts'
import type { LoadFigures, Reporter, RunIntroduction } from '../model/reporter.ts'
import type { BrokenRun, SkippedRun } from '../model/report.ts'
import { clientsCompared } from './clients-compared.ts'
import { ending } from './ending.ts'
import { grouped, timeOfDay } from './figures.ts'
import type { Paint } from './paint.ts'
import { summary } from './summary.ts'

export interface Screen {
  readonly write: (text: string) => void
  readonly paint: Paint
}

const loadLineEveryMs = 15_000
const titleWidth = 96

export const consoleReporter = ({ write, paint }: Screen, now: () => number = Date.now): Reporter => {
  const line = (text: string): void => write(`${text}\n`)
  let lastLoadLineAt = now()

  return {
    runStarted: run => introduction(run, paint).forEach(line),
    phaseStarted: () => { lastLoadLineAt = now() },
    phaseEnded: (_phase, told, took) => line(timed(`  ✔ ${printable(told)}`, took)),
    happened: what => line(timed(`  ${marks[what.tone]} ${timeOfDay(what.at)}  ${printable(what.text)}`, what.milliseconds)),
    load: figures => {
      if (now() - lastLoadLineAt < loadLineEveryMs) return
      lastLoadLineAt = now()
      line(`    ${timeOfDay(new Date(now()))}  ${loadSentence(figures)}`)
    },
    runSkipped: skipped => skippedLines(skipped, paint).forEach(line),
    runBroken: broken => brokenLines(broken, paint).forEach(line),
    runEnded: report => ending(report, paint).forEach(line),
    allEnded: (reports, skipped, broken) => [...summary({ reports, skipped, broken }, paint), ...clientsCompared({ reports, skipped, broken }, paint)].forEach(line)
  }
}

/** What happened was a fault, a recovery, trouble, or just something. */
export const marks = { fault: '⚡', recovery: '✔', trouble: '✖', plain: '·' } as const

/** What is about to be disputed, and with what. */
export const introduction = ({ experiment, claim, control, seed, kafka, durationMs }: RunIntroduction, paint: Paint): readonly string[] => [
  '',
  `  ${paint.strong(printable(experiment))}${control ? ' (control)' : ''}   ${printable(claim)}`,
  `  ${paint.faint(`seed ${printable(seed)}, Kafka ${printable(kafka)}, ${describeDuration(milliseconds(durationMs))} of load`)}`
]

/** `12,000 records/s acknowledged, 11,950 delivered; 214,392 sent, 12 indeterminate`. */
export const loadSentence = ({ acknowledgedPerSecond, deliveredPerSecond, sent, rejected, indeterminate }: LoadFigures): string => {
  const doubts = [
    ...rejected > 0 ? [`${grouped(rejected)} rejected`] : [],
    ...indeterminate > 0 ? [`${grouped(indeterminate)} indeterminate`] : []
  ]
  const rates = `${grouped(Math.round(acknowledgedPerSecond))} records/s acknowledged, ${grouped(Math.round(deliveredPerSecond))}/s delivered`

  return `${rates}; ${[`${grouped(sent)} sent`, ...doubts].join(', ')}`
}

export const skippedLines = ({ experiment, reason }: SkippedRun, paint: Paint): readonly string[] =>
  ['', `  ${paint.doubtful('SKIPPED')}   ${printable(experiment)}: ${printable(reason)}`]

/** A reason of several lines has a node's own words in it. */
export const brokenLines = ({ experiment, reason }: BrokenRun, paint: Paint): readonly string[] => {
  const [first = '', ...others] = reason.split('\n').map(printable)

  return ['', `  ${paint.bad('COULD NOT RUN')}   ${printable(experiment)}: ${first}`, ...others.map(line => `    ${line}`)]
}

/** The line, and how long it took at its right. */
const timed = (text: string, tookMs: number | undefined): string =>
  tookMs === undefined ? text : `${text.padEnd(titleWidth)}  ${describeDuration(milliseconds(tookMs))}`
