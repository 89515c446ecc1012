/**
 * A run on a terminal: a spinner for what is going on, with the live figures of the load below it, and a line that stays for
 * everything that has happened. Each line is a listr2 list of one task, shown one after the other.
 */
import { Listr, ListrDefaultRendererLogLevels } from 'listr2'
import { describeDuration, milliseconds } from '../model/duration.ts'
import { printable } from '../model/printable.ts'
import type { Reporter } from '../model/reporter.ts'
import { brokenLines, introduction, loadSentence, marks, type Screen, skippedLines } from './console.ts'
import { ending } from './ending.ts'
import { timeOfDay } from './figures.ts'
import { doing } from './phase-words.ts'
import { clientsCompared } from './clients-compared.ts'
import { summary } from './summary.ts'

/** A line that spins until it ends and stays with what it then says. */
export interface SpinningLine {
  readonly output: (text: string) => void
  /** Resolves when the last picture is drawn. */
  readonly end: (text: string, mark: string) => Promise<void>
}

export type Spin = (text: string) => SpinningLine

export const terminalReporter = ({ write, paint }: Screen, spin: Spin = spinWithListr): Reporter => {
  const line = (text: string): void => write(`${text}\n`)
  let current: SpinningLine | undefined
  let doingNow = ''
  let figures = ''
  // Lines are drawn one after the other: listr2 draws asynchronously, and two live pictures would overwrite each other.
  let drawn: Promise<void> = Promise.resolve()
  const draw = (step: () => void | Promise<void>): void => { drawn = drawn.then(step) }

  const settle = (text: string, mark: string): Promise<void> | undefined => {
    const ended = current?.end(text, mark)
    current = undefined

    return ended
  }
  const finish = async (lines: readonly string[]): Promise<void> => {
    draw(() => settle(`${doingNow} …`, '·'))
    draw(() => lines.forEach(line))
    await drawn
  }

  return {
    runStarted: run => draw(() => introduction(run, paint).forEach(line)),
    phaseStarted: phase => draw(() => {
      doingNow = doing[phase]
      figures = ''
      current = spin(doingNow)
    }),
    phaseEnded: (_phase, told, took) => draw(() => settle(timed(printable(told), took), '✔')),
    happened: what => draw(async () => {
      await settle(timed(`${timeOfDay(what.at)}  ${printable(what.text)}`, what.milliseconds), marks[what.tone])
      current = spin(doingNow)
      current.output(figures)
    }),
    load: now => draw(() => {
      figures = loadSentence(now)
      current?.output(figures)
    }),
    runSkipped: skipped => draw(() => skippedLines(skipped, paint).forEach(line)),
    runBroken: broken => finish(brokenLines(broken, paint)),
    runEnded: report => finish(ending(report, paint)),
    allEnded: (reports, skipped, broken) => finish([...summary({ reports, skipped, broken }, paint), ...clientsCompared({ reports, skipped, broken }, paint)])
  }
}

const timed = (text: string, tookMs: number | undefined): string =>
  tookMs === undefined ? text : `${text}   ${describeDuration(milliseconds(tookMs))}`

const spinWithListr: Spin = text => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const started = Promise.withResolvers<undefined>()
  const mark = { current: '✔' }
  let output: (text: string) => void = () => undefined
  let rename: (text: string) => void = () => undefined

  const list = new Listr([{
    title: text,
    task: (_context, task) => {
      output = shown => { task.output = shown }
      rename = title => { task.title = title }
      started.resolve(undefined)

      return promise
    }
  }], {
    // The command heals on SIGINT; listr2 would end the process at once.
    registerSignalListeners: false,
    rendererOptions: { icon: { [ListrDefaultRendererLogLevels.COMPLETED]: () => mark.current } }
  })
  const shown = list.run()

  return {
    output: shownBelow => output(shownBelow),
    end: async (title, finalMark) => {
      mark.current = finalMark
      // listr2 begins a task in its own time; renamed before, it would end under the words with which it began.
      await started.promise
      rename(title)
      resolve(undefined)
      await shown
    }
  }
}
