/**
 * Whether monitoring would have seen what a claim says it sees: at each fault that had to raise the alarm, in time, for the time of a scrape, and
 * over again in time, for as long. An alarm that was on before the blow, or that another fault may have raised, shows nothing. It counts as
 * missed only where the answers leave no room for one that every scrape would have met; where there are too few of them, nobody can say.
 *
 * Example, within 25 s, scraped every 15 s: struck at 100 s, on in each answer from 106 s to 131 s, healed at 130 s and off from 132 s
 * to 147 s: seen. On from 112 s: missed, as who asked at 111 s asks next at 126 s. Off at 132 s alone, on again until 160 s: missed.
 */
import { signWords, type Alarm, type GroupBehind } from '../model/alarm.ts'
import { describeDuration, microseconds } from '../model/duration.ts'
import type { AlarmReport, FaultReport, LagReport } from '../model/report.ts'
import { answersOf, inRows, leavesNoPause, leavesNoRoom, offSince, stretchesOn, type Answered, type Stretch } from './alarm-answers.ts'
import type { FaultRun } from './fault-run.ts'
import { finestStepMs } from './group-lag.ts'
import type { Asked } from './watch-alarms.ts'

/** What a fault is to an alarm. */
export type Blow = Pick<FaultReport, 'number' | 'fault' | 'bit' | 'healingAt' | 'healedAt'> & Pick<FaultRun, 'begunAt'>

export interface AlarmEvidence {
  readonly faults: readonly Blow[]
  /** By the alarms' order, the questions in theirs. */
  readonly questions: readonly (readonly Asked[])[]
  /** How far groups were behind by their own records: no alarm is due of a group that was not. */
  readonly lag: readonly LagReport[]
}

/** An answer older than this says nothing of how it was before the blow. */
const beforeUs = 5_000_000

export const judgeAlarms = (alarms: readonly Alarm[], evidence: AlarmEvidence): readonly AlarmReport[] =>
  alarms.flatMap((alarm, index) => judgeAlarm(alarm, evidence.questions[index] ?? [], evidence))

const judgeAlarm = (alarm: Alarm, questions: readonly Asked[], { faults, lag }: AlarmEvidence): readonly AlarmReport[] => {
  const raising = faults.flatMap(fault => (fault.fault === alarm.fault ? wholly(fault) : []))
  if (raising.length === 0) return [{ fault: 0, outcome: 'untried', reason: `No fault bit, and healed, that had to raise an alarm: ${signWords(alarm.sign)}.`, answers: [] }]

  return raising.map(fault => {
    const asked = questions.filter(({ answered }) => answered >= fault.begunAt - beforeUs)
    const { reason, ...came } = whatCameOf({
      alarm, fault, lag, others: faults.filter(({ number }) => number !== fault.number), answers: answersOf(asked), endedAt: asked.at(-1)?.answered ?? 0,
      scrapeUs: alarm.scrapedEveryMs * 1000, withinUs: alarm.withinMs * 1000, dueAt: fault.begunAt + (alarm.withinMs - alarm.scrapedEveryMs) * 1000
    })

    return { fault: fault.number, ...came, reason: `At fault ${fault.number}, ${signWords(alarm.sign)} ${reason}.`, answers: inRows(asked) }
  })
}

interface Struck {
  readonly number: number
  readonly begunAt: number
  readonly healingAt: number
  readonly healedAt: number
}

/** One that did not bite, or did not heal, has its own place in the verdict. */
const wholly = ({ number, bit, begunAt, healingAt, healedAt }: Blow): readonly Struck[] =>
  bit && begunAt !== undefined && healingAt !== undefined && healedAt !== undefined ? [{ number, begunAt, healingAt, healedAt }] : []

interface Case {
  readonly alarm: Alarm
  readonly fault: Struck
  readonly others: readonly Blow[]
  readonly answers: readonly Answered[]
  readonly lag: readonly LagReport[]
  /** When the last question was answered, or was not. */
  readonly endedAt: number
  readonly scrapeUs: number
  readonly withinUs: number
  /** The last moment at which it may begin. */
  readonly dueAt: number
}

/** The reason is to be read after what the alarm is about. */
type Came = Omit<AlarmReport, 'fault' | 'answers'>

const whatCameOf = (told: Case): Came => {
  const { fault, answers, others, scrapeUs, withinUs, dueAt } = told
  const before = answers.findLast(({ answered }) => answered <= fault.begunAt)
  const other = others.find(one => isInForce(one, { from: fault.begunAt, until: fault.begunAt + withinUs }))
  if (before === undefined) return { outcome: 'unknown', reason: `shows nothing: nobody was told in the ${inWords(beforeUs)} before the blow whether it was there already` }
  if (before.on) return { outcome: 'untried', reason: 'shows nothing: it was there before the blow' }
  if (other !== undefined) return { outcome: 'untried', reason: `shows nothing: fault ${other.number} was in force, too` }
  if (fault.healingAt < fault.begunAt + withinUs) return { outcome: 'untried', reason: `was not due: the fault was healed ${inWords(fault.healingAt - fault.begunAt)} after the blow` }

  const stretches = stretchesOn(answers.filter(({ asked }) => asked >= fault.begunAt), told)
  const raised = stretches.find(({ from, until }) => from <= dueAt && until - from >= scrapeUs)

  return raised === undefined ? whyNotRaised(told, stretches) : whenOver(told, { raisedUs: raised.from - fault.begunAt })
}

const isInForce = ({ begunAt, healedAt }: Blow, { from, until }: Stretch): boolean =>
  begunAt !== undefined && begunAt <= until && (healedAt === undefined || healedAt >= from)

const whyNotRaised = (told: Case, [first]: readonly Stretch[]): Came => {
  const { fault, scrapeUs, withinUs, dueAt } = told
  const seen = first === undefined ? 'was in no answer' : `was first in an answer ${inWords(first.from - fault.begunAt)} after the blow, for ${inWords(first.until - first.from)}`
  const had = `${seen}, and who asks every ${inWords(scrapeUs)} had to have seen it within ${inWords(withinUs)}`
  if (!leavesNoRoom(told.answers, { from: fault.begunAt, until: dueAt }, told)) return { outcome: 'unknown', reason: `${had}; there were too few answers to say that it was not there` }

  // Under-replication has no other witness than the cluster; what met too little work is vacuous for that alone.
  const behind = told.alarm.sign.kind === 'behind' ? wasBehind(told.alarm.sign, told.lag, { from: dueAt, until: dueAt + scrapeUs }) : 'always'
  if (behind === 'unknown') return { outcome: 'unknown', reason: `${had}; whether the group was that far behind all that time is not in its own records` }

  return behind === 'always' ? { outcome: 'missed', reason: had } : { outcome: 'untried', reason: `${had}; but by its own records the group was not that far behind` }
}

/** The next fault may keep it there: what is answered after its blow says nothing of this one. */
const whenOver = (told: Case, { raisedUs }: { readonly raisedUs: number }): Came => {
  const { alarm: { sign }, fault, others, scrapeUs, withinUs, endedAt } = told
  const raisedAfterMs = raisedUs / 1000
  const limit = fault.healedAt + withinUs
  const next = Math.min(...others.flatMap(({ begunAt }) => begunAt !== undefined && begunAt > fault.begunAt ? [begunAt] : []))
  const answers = told.answers.filter(({ asked, answered }) => asked >= fault.healingAt && answered < next)
  const since = offSince(answers, { from: fault.healedAt, dueAt: limit, until: Math.min(next, endedAt), scrapeUs })
  const seen = `was seen ${inWords(raisedUs)} after the blow, for at least the ${inWords(scrapeUs)} of a scrape`
  if (since !== undefined) {
    const overUs = Math.max(0, since - fault.healedAt)

    return { outcome: 'seen', raisedAfterMs, overAfterMs: overUs / 1000, reason: `${seen}, and was over ${inWords(overUs)} after the end of the healing` }
  }

  const late = `${inWords(withinUs)} after the end of the healing`
  if (!leavesNoPause(answers, { from: fault.healedAt, until: limit }, told)) return { outcome: 'unknown', raisedAfterMs, reason: `${seen}; there were too few answers to say whether it was over ${late}, for as long as a scrape` }
  const due = { from: limit, until: limit + scrapeUs }
  if (sign.kind === 'behind' && wasBehind(sign, told.lag, due) !== 'never') return { outcome: 'unknown', raisedAfterMs, reason: `${seen}, and was still there ${late}, when the group may well have been that far behind` }

  return { outcome: 'missed', raisedAfterMs, reason: `${seen}, and was still there ${late}` }
}

/**
 * By what its members put on record. The curve ends when nothing happens any more: from then on it stays as it was. Of steps that were put together
 * only the highest is known, so that the group may have caught up in between.
 */
const wasBehind = ({ group: name, records }: GroupBehind, lag: readonly LagReport[], { from, until }: Stretch): 'always' | 'sometimes' | 'never' | 'unknown' => {
  const own = lag.find(({ group }) => group === name)
  if (own === undefined) return 'unknown'
  const [first, last] = [Math.floor(from / 1000 / own.stepMs), Math.ceil(until / 1000 / own.stepMs)]
  const steps = Array.from({ length: last - first + 1 }, (_, step) => (own.behind[first + step] ?? own.behind.at(-1) ?? 0) >= records)
  if (!steps.some(Boolean)) return 'never'
  if (own.stepMs > finestStepMs) return 'unknown'

  return steps.every(Boolean) ? 'always' : 'sometimes'
}

const inWords = (us: number): string => describeDuration(microseconds(us))
