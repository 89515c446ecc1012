/** How far groups were behind: histories of a few lines, times in seconds. */
import { describe, expect, test } from 'vitest'
import { startLag } from '../../harness/run/group-lag.ts'
import type { LagReport } from '../../harness/model/report.ts'
import { acknowledged, assigned, audit, delivered, evidenceOf, logged, member, producer, rejected, send, topic, type HistoryLine } from '../histories.ts'

const seconds = 1_000_000
const lagIn = async (...lines: readonly HistoryLine[]): Promise<readonly LagReport[]> => {
  const lag = startLag()
  lag.add(await evidenceOf([topic(), producer('p1', { at: 0 }), member({ at: 0 }), assigned({ at: 0 }), ...lines]))

  return lag.lags()
}
const written = (id: string, offset: number, at: number): HistoryLine[] => [send(id, { at: at * seconds }), acknowledged(id, offset, { at: at * seconds }), logged(id, offset)]
/** A record a second, from the first second on. */
const tenRecords = Array.from({ length: 10 }, (_, offset) => written(`r${offset}`, offset, offset + 1)).flat()
const received = (from: number, to: number, at: (offset: number) => number): HistoryLine[] =>
  Array.from({ length: to - from }, (_, index) => delivered(`r${from + index}`, from + index, { at: Math.round(at(from + index) * seconds) }))

describe('a group', () => {
  test('is behind by what was acknowledged and not delivered yet, at each moment', async () => {
    const [lag] = await lagIn(...tenRecords, audit(10), ...received(0, 2, offset => offset + 1.2), ...received(2, 10, offset => 10 + offset / 4))

    expect(lag?.group).toBe('g')
    expect(lag?.stepMs).toBe(500)
    expect(lag?.behind.filter((_, step) => step % 2 === 0)).toEqual([0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 5, 1])
  })

  test('is told with the most, and with the rate at which it caught up', async () => {
    const [lag] = await lagIn(...tenRecords, audit(10), ...received(0, 10, offset => 11 + offset / 2))

    expect(lag).toMatchObject({ most: 10, mostAt: 10 * seconds, caughtUpAt: 15 * seconds, caughtUpPerSecond: 2 })
  })

  test('that was never behind for long has no rate of catching up', async () => {
    const [lag] = await lagIn(...tenRecords, audit(10), ...received(0, 10, offset => offset + 1.7))

    expect(lag).toMatchObject({ most: 1 })
    expect(lag).not.toHaveProperty('caughtUpPerSecond')
  })

  test('that does not get what the log has is behind to the end', async () => {
    const [lag] = await lagIn(...tenRecords, audit(10), ...received(0, 4, offset => offset + 1))

    expect([lag?.most, lag?.behind.at(-1)]).toEqual([6, 6])
    expect(lag).not.toHaveProperty('caughtUpAt')
  })

  test('does not wait for what is not there: lost, expired, aborted, or never acknowledged', async () => {
    const nothing = [send('lost', { at: 1 }), acknowledged('lost', 5, { at: 2 }), send('refused', { at: 1 }), rejected('refused', { at: 2 })]
    const aborted = [send('aborted', { at: 1 }), acknowledged('aborted', 0, { at: 2 }), logged('aborted', 0, { committed: false })]
    const [lag] = await lagIn(...nothing, ...aborted, audit(1))

    expect([lag?.most, lag?.behind]).toEqual([0, [0]])
  })

  test('is not behind by what it was given before the producer heard of it, nor twice by what it was given twice', async () => {
    const early = [send('r0', { at: 1 }), delivered('r0', 0, { at: 5 * seconds }), acknowledged('r0', 0, { at: 7 * seconds }), logged('r0', 0)]

    expect(await lagIn(...early, delivered('r0', 0, { at: 9 * seconds }), audit(1))).toMatchObject([{ most: 0 }])
  })
})

test('groups are told apart, in the order of their names, over the same time', async () => {
  const other = { member: 'c2', group: 'audit' }
  const later = received(0, 10, offset => offset + 6).map(line => ({ ...line, ...other }))
  const lags = await lagIn(...tenRecords, audit(10), ...received(0, 10, offset => offset + 1), member(other), assigned({ ...other, at: 0 }), ...later)

  expect(lags.map(({ group, most, behind }) => [group, most, behind.length])).toEqual([['audit', 5, 31], ['g', 0, 31]])
})

test('a long run is told in wider steps, each with its highest', async () => {
  const [lag] = await lagIn(...written('r0', 0, 1000), audit(1), delivered('r0', 0, { at: 1000.4 * seconds + 400_000 }))

  expect([lag?.stepMs, lag?.behind.length, lag?.most, lag?.behind.at(-1)]).toEqual([2000, 501, 1, 1])
})

test('of a run in which nobody read there is nothing to tell', () => {
  expect(startLag().lags()).toEqual([])
})
