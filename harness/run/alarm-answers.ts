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
