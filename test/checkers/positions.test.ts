/** How far a group came: where it began, what it passed, what it jumped over on purpose, and when it received what. */
import { describe, expect, test } from 'vitest'
import { assigned, audit, commit, delivered, findingsOf, found, logged, member, revoked, seek, send, told, topic, type HistoryLine } from '../histories.ts'

const c2 = { member: 'c2' }
const ids = Array.from({ length: 10 }, (_, offset) => `r${offset}`)
const log = [...ids.flatMap((id, offset) => [send(id, { at: 0 }), logged(id, offset)]), audit(10)]
const read = (offset: number, more = {}) => delivered(ids[offset]!, offset, more)

/** The offsets that a group passed without receiving them. */
const skipped = async (...lines: readonly HistoryLine[]): Promise<readonly (number | null)[]> =>
  (await told('skipped', ...log, ...lines)).flatMap(({ witnesses }) => witnesses.map(({ offset }) => offset))

describe('where a group began', () => {
  test('is what its first line with a position says', async () => {
    expect(await skipped(assigned({ position: 2 }), read(4))).toEqual([2, 3])
    expect(await skipped(assigned(), seek(3, { reason: 'reset' }), read(5))).toEqual([3, 4])
    expect(await skipped(assigned(), revoked(), assigned({ position: 2 }), read(4))).toEqual([2, 3])
    expect(await skipped(read(3), assigned({ position: 0 }), read(5))).toEqual([4])
    expect(await skipped(read(3), read(6), seek(0, { reason: 'reset' }))).toEqual([4, 5])
  })

  test('at one time the place in the file orders', async () => {
    expect(await skipped(assigned({ position: 2, at: 5 }), read(4, { at: 5 }))).toEqual([2, 3])
    expect(await skipped(read(4, { at: 5 }), assigned({ position: 2, at: 5 }), commit(6))).toEqual([5])
  })

  test('is the start of the log if all that owned it read from the earliest', async () => {
    const other = member({ ...c2, reset: 'latest' })
    expect(await skipped(assigned(), commit(2))).toEqual([0, 1])
    expect(await skipped(other, assigned(), commit(2))).toEqual([0, 1])
    expect(await skipped(other, assigned(), assigned(c2), commit(2))).toEqual([])
    expect(await skipped(other, assigned(c2), assigned(), commit(2))).toEqual([])
    expect(await skipped(revoked(), commit(2))).toEqual([])
    expect(await found('commit-ahead', ...log, member({ reset: 'latest' }), assigned(), commit(2))).toEqual([])
    expect(await found('skipped', send('a', { at: 0 }), logged('a', 3), audit(4, { logStart: 3 }), assigned(), commit(4))).toEqual(['skipped 1 violation orders-0 of g'])
  })

  test('is not known where no audit says where the log starts', async () => {
    expect(await findingsOf(...log.slice(0, -1), assigned(), commit(2))).toEqual(['inconclusive 1 inconclusive orders-0'])
    expect(await found('skipped', ...log.slice(0, -1), assigned({ position: 0 }), commit(2))).toEqual(['skipped 2 violation orders-0 of g'])
  })
})

describe('what a group passed', () => {
  test('is what lies below the highest of its commits, deliveries and positions', async () => {
    const start = assigned({ position: 0 })
    expect(await skipped(start, commit(3), commit(2), commit(9, { outcome: 'rejected' }))).toEqual([0, 1, 2])
    expect(await skipped(start, read(2), seek(0, { reason: 'reset' }), read(0))).toEqual([1])
    expect(await skipped(start, assigned({ position: 2 }), assigned({ position: 1 }))).toEqual([0, 1])
    expect(await skipped(start, seek(9, { reason: 'reset' }))).toEqual([])
  })
})

describe('what an application jumped over', () => {
  const start = assigned({ position: 0 })
  const jump = (offset: number, more = {}) => seek(offset, { reason: 'application', ...more })

  test('reaches from where it stood up to, and not including, where it went', async () => {
    expect(await skipped(start, read(0), jump(4), read(6))).toEqual([4, 5])
    expect(await skipped(start, jump(4), commit(6))).toEqual([4, 5])
    expect(await skipped(start, read(0), jump(4), jump(6), commit(8))).toEqual([6, 7])
  })

  test('may have been the application\'s where the line does not say', async () => {
    expect(await skipped(start, seek(4), commit(5))).toEqual([4])
  })

  test('is not what a reset jumped over', async () => {
    expect(await skipped(start, seek(4, { reason: 'reset' }), read(4), jump(7), commit(8))).toEqual([0, 1, 2, 3, 7])
  })

  test('is nothing when it went back', async () => {
    expect(await skipped(start, read(0), read(5), jump(2), read(6))).toEqual([1, 2, 3, 4])
    expect(await skipped(start, read(0), read(5), jump(2), jump(4), commit(7))).toEqual([1, 4, 6])
  })

  test('counts from a position that is known: the last delivery\'s, or the last move\'s', async () => {
    expect(await skipped(start, read(1), jump(4), commit(5))).toEqual([0, 4])
    expect(await skipped(start, read(1), revoked(), jump(4), commit(5))).toEqual([4])
    expect(await skipped(start, read(1), assigned({ position: 3 }), jump(4), commit(5))).toEqual([0, 2, 4])
    expect(await skipped(start, assigned({ ...c2, position: 2 }), jump(4, c2), commit(5))).toEqual([0, 1, 4])
    expect(await skipped(start, read(1, { at: 700 }), jump(4, { at: 700 }), commit(5))).toEqual([0, 4])
    expect(await skipped(start, jump(4, { at: 700 }), read(1, { at: 700 }), commit(5))).toEqual([4])
  })

  test('is several stretches, apart, nested, or overlapping, in whatever order', async () => {
    const stretches = (...pairs: readonly (readonly [from: number, to: number])[]) => pairs.flatMap(([from, to]) => [assigned({ position: from }), jump(to)])
    expect(await skipped(start, ...stretches([1, 3], [5, 7]), commit(10))).toEqual([0, 3, 4, 7, 8, 9])
    expect(await skipped(start, ...stretches([5, 7], [1, 3], [8, 9]), commit(10))).toEqual([0, 3, 4, 7, 9])
    expect(await skipped(start, ...stretches([1, 8], [2, 4]), commit(10))).toEqual([0, 8, 9])
    expect(await skipped(start, ...stretches([1, 4], [3, 6]), commit(10))).toEqual([0, 6, 7, 8, 9])
    expect(await skipped(start, ...stretches([1, 3], [3, 5]), commit(10))).toEqual([0, 5, 6, 7, 8, 9])
  })
})

describe('when a record was received', () => {
  test('is its first delivery to any member', async () => {
    const start = [...log, assigned({ position: 0, at: 1 }), read(0, { at: 10 }), read(0, { ...c2, at: 99 })]
    expect(await found('commit-ahead', ...start, commit(1, { at: 50 }))).toEqual([])
    expect(await found('commit-ahead', ...start, commit(1, { at: 9 }))).toEqual(['commit-ahead 1 violation orders-0 of g'])
  })

  test('is at its own offset', async () => {
    expect(await skipped(assigned({ position: 0 }), delivered('r0', 1), commit(2))).toEqual([0, 1])
    expect(await skipped(assigned({ position: 0 }), read(0), delivered('r1', 77), commit(2))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('redelivered', () => {
  test('is told with each delivery beyond the first', async () => {
    expect(await told('redelivered', topic(), ...log, read(1, { at: 10 }), read(2, { at: 20 }), read(1, { ...c2, at: 30 }))).toEqual([{
      anomaly: 'redelivered', level: 'information', count: 1, topic: 'orders', partition: 0, group: 'g', reason: 'the group was given an offset again',
      witnesses: [{ id: 'r1', offset: 1, at: 30, member: 'c2' }]
    }])
  })

  test('counts exactly, however often one offset was given', async () => {
    expect(await found('redelivered', ...log, ...Array.from({ length: 600 }, () => read(3)))).toEqual(['redelivered 599 information orders-0 of g'])
  })

  test('sees offsets that lie far apart', async () => {
    const far = [0, 3, 1_000, 1_000_000]
    const reads = far.map(offset => delivered(`x${offset}`, offset))
    const all = [...far.map(offset => send(`x${offset}`, { at: 0 })), ...reads]
    expect(await found('redelivered', ...all)).toEqual([])
    expect(await found('redelivered', ...all, ...reads.toReversed())).toEqual(['redelivered 4 information orders-0 of g'])
    for (let offset = 1_020; offset < 1_040; offset++) {
      expect(await found('redelivered', send('a', { at: 0 }), send('b', { at: 0 }), delivered('a', 0), delivered('b', offset))).toEqual([])
    }
  })
})
