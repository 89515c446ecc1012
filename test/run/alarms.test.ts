/** Whether monitoring saw an alarm: each way in which it must not count as seen, or as missed. Times are seconds of a run. */
import { describe, expect, test } from 'vitest'
import type { Alarm } from '../../harness/model/alarm.ts'
import type { AlarmReport, LagReport } from '../../harness/model/report.ts'
import { topic } from '../../harness/model/topic.ts'
import { judgeAlarms, type Blow } from '../../harness/run/alarms.ts'
import type { Asked } from '../../harness/run/watch-alarms.ts'

const seconds = 1_000_000
const orders = topic('orders')

/** Of a reason. */
const telling = (words: string): unknown => expect.stringContaining(words)

/** Struck at 100 s: has to be on at 110 s, and to be off again by 155 s. */
const blow: Blow = { number: 1, fault: 'cut a link', bit: true, begunAt: 100 * seconds, healingAt: 129 * seconds, healedAt: 130 * seconds }
const underReplicated: Alarm = { sign: { kind: 'under-replicated', topic: orders }, fault: 'cut a link', withinMs: 25_000, scrapedEveryMs: 15_000 }
const behind: Alarm = { ...underReplicated, sign: { kind: 'behind', topic: orders, group: 'billing', records: 2000 } }

/** One question a second from 90 s on, each answered within 100 ms. */
const asking = (answer: (at: number) => boolean | undefined, { until = 180 }: { readonly until?: number } = {}): readonly Asked[] =>
  Array.from({ length: until - 90 }, (_, index) => {
    const on = answer(90 + index)

    return { asked: (90 + index) * seconds, answered: (90.1 + index) * seconds, ...on === undefined ? {} : { on } }
  })

const between = (at: number, from: number, until: number): boolean => at >= from && at < until

interface Given {
  readonly alarm?: Alarm
  readonly faults?: readonly Blow[]
  readonly lag?: readonly LagReport[]
}

const judged = (asked: readonly Asked[], { alarm = underReplicated, faults = [blow], lag = [] }: Given = {}): AlarmReport => {
  const [report, ...others] = judgeAlarms([alarm], { faults, questions: [asked], lag })
  expect(others).toEqual([])

  return report!
}

/** So far behind from one second of the run until another. */
const lagged = (from: number, until: number): readonly LagReport[] => {
  const curve = Array.from({ length: 400 }, (_, step) => (between(step / 2, from, until) ? 5000 : 10))

  return [{ group: 'billing', stepMs: 500, behind: curve, most: 5000, mostAt: from * seconds }]
}

describe('an alarm', () => {
  test('that is on in time, for the time of a scrape, and over in time, is seen', () => {
    expect(judged(asking(at => between(at, 106, 132)))).toMatchObject({
      fault: 1, outcome: 'seen', raisedAfterMs: 6100, overAfterMs: 2100,
      reason: 'At fault 1, under-replication of orders was seen 6.1 s after the blow, for at least the 15 s of a scrape, and was over 2.1 s after the end of the healing.'
    })
  })

  test('is told with what was answered, from shortly before the blow on', () => {
    expect(judged(asking(at => at === 120 ? undefined : between(at, 106, 132), { until: 134 })).answers).toEqual([
      { told: 'off', from: 95 * seconds, until: 105.1 * seconds, questions: 11 }, { told: 'on', from: 106 * seconds, until: 119.1 * seconds, questions: 14 },
      { told: 'no answer', from: 120 * seconds, until: 120.1 * seconds, questions: 1 }, { told: 'on', from: 121 * seconds, until: 131.1 * seconds, questions: 11 },
      { told: 'off', from: 132 * seconds, until: 133.1 * seconds, questions: 2 }
    ])
  })

  test('that no answer shows is missed', () => {
    expect(judged(asking(() => false))).toMatchObject({ outcome: 'missed', reason: telling('was in no answer, and who asks every 15 s had to have seen it within 25 s') })
  })

  test('that comes too late is missed', () => {
    expect(judged(asking(at => between(at, 112, 132)))).toMatchObject({ outcome: 'missed', reason: telling('first in an answer 12.1 s after the blow') })
  })

  test('that comes in time and does not stay for a scrape is missed', () => {
    expect(judged(asking(at => between(at, 106, 119)))).toMatchObject({ outcome: 'missed' })
  })

  test('that comes and goes is missed, however often it comes', () => {
    expect(judged(asking(at => between(at, 106, 132) && at % 7 !== 0))).toMatchObject({ outcome: 'missed' })
  })

  test('that was on before the blow shows nothing, on or off afterwards', () => {
    expect(judged(asking(at => at < 132))).toMatchObject({ outcome: 'untried', reason: telling('it was there before the blow') })
    expect(judged(asking(at => at < 100))).toMatchObject({ outcome: 'untried' })
  })

  test('that was on earlier, and off right before the blow, counts', () => {
    expect(judged(asking(at => at < 98 || between(at, 106, 132)))).toMatchObject({ outcome: 'seen' })
  })

  test.each([['seen', true], ['missed', false]] as const)('of which nobody was told shortly before the blow is neither seen nor missed, though it would be %s', (_, comes) => {
    expect(judged(asking(at => between(at, 94, 100) ? undefined : comes && between(at, 106, 132)))).toMatchObject({ outcome: 'unknown', reason: telling('before the blow') })
  })

  test('whose last answer before the blow was asked before it and came after it is not known to have been off', () => {
    const asked = asking(at => between(at, 94, 100) ? undefined : between(at, 106, 132)).filter(question => question.asked !== 100 * seconds)

    expect(judged([...asked, { asked: 99.9 * seconds, answered: 100.4 * seconds, on: false }].toSorted((one, other) => one.asked - other.asked))).toMatchObject({ outcome: 'unknown' })
  })

  test('that nobody was told of while it was due is neither seen nor missed', () => {
    expect(judged(asking(at => between(at, 100, 128) ? undefined : false))).toMatchObject({ outcome: 'unknown', reason: telling('too few answers') })
  })

  test('is not missed where the answers leave room for it', () => {
    expect(judged(asking(at => between(at, 105, 124) ? undefined : false))).toMatchObject({ outcome: 'unknown' })
    expect(judged(asking(at => between(at, 105, 115) ? undefined : false))).toMatchObject({ outcome: 'missed' })
  })

  test('of which nobody was told for long is not known to have stayed', () => {
    expect(judged(asking(at => between(at, 112, 120) ? undefined : between(at, 106, 132)))).toMatchObject({ outcome: 'unknown' })
    expect(judged(asking(at => between(at, 112, 115) ? undefined : between(at, 106, 132)))).toMatchObject({ outcome: 'seen' })
  })

  test('that stays on after the healing is missed', () => {
    expect(judged(asking(at => at >= 106))).toMatchObject({ outcome: 'missed', raisedAfterMs: 6100, reason: telling('was still there 25 s after the end of the healing') })
    expect(judged(asking(at => between(at, 106, 158)))).toMatchObject({ outcome: 'missed' })
  })

  test('of which nobody was told long enough after the healing is not known to be over, or to have stayed', () => {
    expect(judged(asking(at => at >= 106, { until: 150 }))).toMatchObject({ outcome: 'unknown' })
    expect(judged(asking(at => between(at, 131, 160) ? undefined : at >= 106))).toMatchObject({ outcome: 'unknown' })
  })

  test('that is off in a few answers and on again is not over', () => {
    expect(judged(asking(at => between(at, 106, 131) || at >= 132, { until: 260 }))).toMatchObject({ outcome: 'missed', reason: telling('was still there 25 s after the end of the healing') })
    expect(judged(asking(at => between(at, 106, 180) && at % 10 !== 2))).toMatchObject({ outcome: 'missed' })
    expect(judged(asking(at => between(at, 106, 131) || between(at, 144, 175), { until: 200 }))).toMatchObject({ outcome: 'missed' })
  })

  test('that is off for a scrape before the end of the healing, and on again, is not over', () => {
    const slow = { ...blow, begunAt: 60 * seconds, healingAt: 110 * seconds }
    const asked = [{ asked: 58 * seconds, answered: 58.1 * seconds, on: false }, ...Array.from({ length: 200 }, (_, index) => (
      { asked: (60 + index) * seconds, answered: (60.1 + index) * seconds, on: between(60 + index, 66, 110) || between(60 + index, 131, 160) }
    ))]

    expect(judged(asked, { faults: [slow] })).toMatchObject({ outcome: 'missed' })
  })

  test('that flickers when the healing is done, and is then off for a scrape, is over since then', () => {
    expect(judged(asking(at => between(at, 106, 131) || between(at, 133, 140)))).toMatchObject({ outcome: 'seen', overAfterMs: 10_100 })
    expect(judged(asking(at => between(at, 106, 131) || between(at, 133, 157)))).toMatchObject({ outcome: 'missed' })
  })

  test('of which nobody was told for long is not known to have stayed off', () => {
    expect(judged(asking(at => between(at, 135, 145) || at > 150 ? undefined : between(at, 106, 132)))).toMatchObject({ outcome: 'unknown' })
    expect(judged(asking(at => between(at, 135, 138) ? undefined : between(at, 106, 132)))).toMatchObject({ outcome: 'seen' })
  })

  test('that is off when the questions end is over only after a few answers, of which the last is not long ago', () => {
    expect(judged(asking(at => between(at, 106, 132), { until: 139 }))).toMatchObject({ outcome: 'seen' })
    expect(judged(asking(at => between(at, 106, 132), { until: 134 }))).toMatchObject({ outcome: 'unknown', reason: telling('too few answers') })
    expect(judged(asking(at => between(at, 106, 132) || at === 138, { until: 139 }))).toMatchObject({ outcome: 'unknown' })
    expect(judged(asking(at => at >= 139 ? undefined : between(at, 106, 132), { until: 150 }))).toMatchObject({ outcome: 'unknown' })
  })

  test('that goes before the healing, after the time of a scrape, is seen, and over at once', () => {
    expect(judged(asking(at => between(at, 106, 127)))).toMatchObject({ outcome: 'seen', overAfterMs: 0 })
  })
})

describe('a fault', () => {
  test('that did not bite has to raise nothing, and a claim without one that did has shown nothing', () => {
    for (const faults of [[], [{ ...blow, bit: false }], [{ ...blow, fault: 'another' }]]) {
      expect(judged(asking(at => between(at, 106, 132)), { faults })).toMatchObject({ fault: 0, outcome: 'untried' })
    }
  })

  test('that was healed before the alarm was due shows nothing', () => {
    expect(judged(asking(() => false), { faults: [{ ...blow, healingAt: 120 * seconds, healedAt: 121 * seconds }] })).toMatchObject({ outcome: 'untried', reason: telling('healed 20 s after the blow') })
  })

  test('beside which another one was in force shows nothing', () => {
    const beside = { ...blow, number: 2, fault: 'another', begunAt: 90 * seconds, healedAt: 101 * seconds }

    expect(judged(asking(at => between(at, 106, 132)), { faults: [blow, beside] })).toMatchObject({ outcome: 'untried', reason: telling('fault 2 was in force, too') })
  })

  test('before which another one had healed counts, and so does one beside which another did not strike', () => {
    for (const other of [{ ...blow, begunAt: 90 * seconds, healedAt: 99 * seconds }, { number: 2, fault: 'another', bit: false, healingAt: undefined, healedAt: undefined }]) {
      expect(judged(asking(at => between(at, 106, 132)), { faults: [blow, { ...other, number: 2, fault: 'another' }] })).toMatchObject({ outcome: 'seen' })
    }
  })

  test('that follows keeps nobody from saying whether the alarm was over before it, and nothing after it counts', () => {
    const next = { ...blow, number: 2, fault: 'another', begunAt: 140 * seconds, healedAt: 170 * seconds }

    expect(judged(asking(at => between(at, 106, 132)), { faults: [blow, next] })).toMatchObject({ outcome: 'seen' })
    expect(judged(asking(at => between(at, 106, 145)), { faults: [blow, next] })).toMatchObject({ outcome: 'unknown' })
    expect(judged(asking(at => between(at, 106, 137)), { faults: [blow, next] })).toMatchObject({ outcome: 'unknown' })
  })

  test('is judged each time that it strikes', () => {
    const again = { ...blow, number: 2, begunAt: 200 * seconds, healingAt: 229 * seconds, healedAt: 230 * seconds }
    const reports = judgeAlarms([underReplicated], { faults: [blow, again], questions: [asking(at => between(at, 106, 132), { until: 300 })], lag: [] })

    expect(reports.map(({ fault, outcome }) => [fault, outcome])).toEqual([[1, 'seen'], [2, 'missed']])
  })
})

describe('a group that is behind', () => {
  test('is held to have been seen only by what the cluster told', () => {
    expect(judged(asking(at => between(at, 102, 134)), { alarm: behind, lag: lagged(102, 134) })).toMatchObject({
      outcome: 'seen', reason: 'At fault 1, billing 2,000 records behind in orders was seen 2.1 s after the blow, for at least the 15 s of a scrape, and was over 4.1 s after the end of the healing.'
    })
    expect(judged(asking(() => false), { alarm: behind, lag: lagged(102, 134) })).toMatchObject({ outcome: 'missed' })
  })

  test('was due for no alarm while its own records say that it was not behind', () => {
    expect(judged(asking(() => false), { alarm: behind, lag: lagged(0, 0) })).toMatchObject({ outcome: 'untried', reason: telling('by its own records') })
    expect(judged(asking(() => false), { alarm: behind, lag: lagged(112, 134) })).toMatchObject({ outcome: 'untried' })
    expect(judged(asking(() => false), { alarm: behind })).toMatchObject({ outcome: 'unknown' })
  })

  test('may be shown behind for as long as it is', () => {
    expect(judged(asking(at => at >= 102), { alarm: behind, lag: lagged(102, 180) })).toMatchObject({ outcome: 'unknown' })
    expect(judged(asking(at => at >= 102), { alarm: behind })).toMatchObject({ outcome: 'unknown' })
    expect(judged(asking(at => at >= 102), { alarm: behind, lag: lagged(102, 134) })).toMatchObject({ outcome: 'missed' })
  })

  test('that never came back is as far behind after the end of its records as at it', () => {
    const ended = lagged(102, 200).map(one => ({ ...one, behind: one.behind.slice(0, 280) }))
    const caughtUp = lagged(102, 134).map(one => ({ ...one, behind: one.behind.slice(0, 280) }))

    expect(judged(asking(at => at >= 102), { alarm: behind, lag: ended })).toMatchObject({ outcome: 'unknown', reason: telling('may well have been that far behind') })
    expect(judged(asking(at => at >= 102), { alarm: behind, lag: caughtUp })).toMatchObject({ outcome: 'missed' })
  })

  test('may have fallen behind again right after the alarm had to be over', () => {
    const again = lagged(102, 134).map(one => ({ ...one, behind: one.behind.map((records, step) => (between(step / 2, 165, 168) ? 5000 : records)) }))

    expect(judged(asking(at => at >= 102, { until: 260 }), { alarm: behind, lag: again })).toMatchObject({ outcome: 'unknown' })
  })

  test('of which only the most in each of several steps is known was perhaps not behind all the time, and certainly not where that is less', () => {
    const coarse = (lag: readonly LagReport[]): readonly LagReport[] => lag.map(one => ({ ...one, stepMs: 1000, behind: one.behind.filter((_, step) => step % 2 === 0) }))

    expect(judged(asking(() => false), { alarm: behind, lag: coarse(lagged(102, 134)) })).toMatchObject({ outcome: 'unknown', reason: telling('is not in its own records') })
    expect(judged(asking(() => false), { alarm: behind, lag: coarse(lagged(0, 0)) })).toMatchObject({ outcome: 'untried' })
    expect(judged(asking(at => at >= 102), { alarm: behind, lag: coarse(lagged(102, 134)) })).toMatchObject({ outcome: 'missed' })
  })
})
