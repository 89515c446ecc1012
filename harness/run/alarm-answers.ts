/**
 * What the answers to one question, asked again and again, show of an alarm: for how long it was on without a break, and whether any stretch of it
 * can have been as long as a scrape. Each answer holds for one moment between its question and itself.
 */
import type { AlarmAnswers } from '../model/report.ts'
import type { Asked } from './watch-alarms.ts'

export type Answered = Required<Asked>

export const answersOf = (asked: readonly Asked[]): readonly Answered[] => asked.filter((question): question is Answered => question.on !== undefined)

/** On in each answer from then until then, and certainly at both. In microseconds since the run began. */
export interface Stretch {
  readonly from: number
  readonly until: number
}

/** Longer than this without an answer, and nobody can say what was so meanwhile. */
const mostSilenceUs = 5_000_000

/** `scrapeUs`: how long an alarm must stay to be seen for certain; a break of that length is none that goes unnoticed. */
export const stretchesOn = (answers: readonly Answered[], { scrapeUs }: { readonly scrapeUs: number }): readonly Stretch[] => {
  const stretches: Stretch[] = []
  let last: Answered | undefined
  for (const answer of answers) {
    const goesOn = last?.on === true && answer.answered - last.asked <= Math.min(mostSilenceUs, scrapeUs)
    if (answer.on) stretches.push(goesOn ? { from: stretches.pop()?.from ?? answer.answered, until: answer.asked } : { from: answer.answered, until: answer.asked })
    last = answer
  }

  return stretches
}

interface Ended {
  /** Before this it does not count: what was undone may not yet have been undone wholly. */
  readonly from: number
  /** The last moment at which the stretch may begin. */
  readonly dueAt: number
  /** What is answered from then on, or never was, says nothing. */
  readonly until: number
  readonly scrapeUs: number
}

/** Fewer answers than this show no more than that it flickers. */
const fewestAnswers = 5

/**
 * Since when it was off for a scrape's length without a break, or, where the answers end before that, in all of the last ones. Example, scraped
 * every 15 s: off at 132 s alone, and again from 140 s to 156 s: off since 140 s.
 */
export const offSince = (answers: readonly Answered[], { from, dueAt, until, scrapeUs }: Ended): number | undefined => {
  const last = answers.at(-1)?.asked ?? 0
  const isLast = (stretch: Stretch): boolean => stretch.until === last && until - last <= Math.min(mostSilenceUs, scrapeUs)
  const answersIn = (stretch: Stretch): number => answers.filter(({ asked }) => asked >= Math.max(stretch.from, from) && asked <= stretch.until).length

  return stretchesOn(reversed(answers), { scrapeUs })
    .find(stretch => stretch.from < dueAt && (stretch.until - Math.max(stretch.from, from) >= scrapeUs || (isLast(stretch) && answersIn(stretch) >= fewestAnswers)))?.from
}

/** Wherever it can have been off for a scrape's length, beginning between these moments, an answer said that it was on. */
export const leavesNoPause = (answers: readonly Answered[], between: Stretch, told: { readonly scrapeUs: number }): boolean => leavesNoRoom(reversed(answers), between, told)

const reversed = (answers: readonly Answered[]): readonly Answered[] => answers.map(answer => ({ ...answer, on: !answer.on }))

/** Wherever a stretch of a scrape's length begins between these moments, an answer in it said that the alarm was off. */
export const leavesNoRoom = (answers: readonly Answered[], { from, until }: Stretch, { scrapeUs }: { readonly scrapeUs: number }): boolean => {
  const off = answers.filter(({ on }) => !on)
  for (let since = from; since <= until;) {
    const next = off.findLast(({ asked, answered }) => asked >= since && answered <= since + scrapeUs)
    if (next === undefined) return false
    since = next.asked + 1
  }

  return true
}

/** All answers alike in a row as one. */
export const inRows = (asked: readonly Asked[]): readonly AlarmAnswers[] => {
  const rows: AlarmAnswers[] = []
  for (const { asked: from, answered: until, on } of asked) {
    const told = on === undefined ? 'no answer' : on ? 'on' : 'off'
    const last = rows.at(-1)
    if (last?.told === told) rows[rows.length - 1] = { ...last, until, questions: last.questions + 1 }
    else rows.push({ told, from, until, questions: 1 })
  }

  return rows
}
