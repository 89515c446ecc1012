/** What one member was given within one assignment, step by step. */
import { describe, expect, test } from 'vitest'
import { assigned, audit, delivered, findingsOf, found, logged, member, revoked, seek, send, told, topic, transaction, type HistoryLine } from '../histories.ts'

const c2 = { member: 'c2' }
const ids = Array.from({ length: 8 }, (_, offset) => `r${offset}`)
const log = [topic(), ...ids.flatMap((id, offset) => [send(id, { at: 0 }), logged(id, offset)]), audit(8)]
const read = (offset: number, at: number, more = {}) => delivered(ids[offset]!, offset, { at, ...more })
const from = (position?: number, more = {}) => assigned({ at: 1, ...(position === undefined ? {} : { position }), ...more })

/** Each step that was skipped or rewound: `3 instead of 2`, by offset. */
const steps = async (anomaly: string, ...lines: readonly HistoryLine[]): Promise<readonly string[]> =>
  (await told(anomaly, ...log, ...lines)).flatMap(({ witnesses }) => witnesses.map(({ offset, note }) => `${offset} instead of ${note?.replace('expected offset ', '')}`))
const skips = (...lines: readonly HistoryLine[]) => steps('poll-skip', ...lines)
const rewinds = (...lines: readonly HistoryLine[]) => steps('poll-rewind', ...lines)

describe('a step over a record', () => {
  test('is told with what should have come', async () => {
    expect(await told('poll-skip', ...log, from(), read(0, 10), read(3, 20))).toEqual([{
      anomaly: 'poll-skip', level: 'violation', count: 1, topic: 'orders', partition: 0, group: 'g',
      reason: 'min ISR 2, unclean election off: a record in the log was left out between what a member was given, without a seek',
      witnesses: [{ id: 'r3', offset: 3, at: 20, member: 'c1', note: 'expected offset 1' }]
    }])
  })

  test('is none where nothing visible was left out', async () => {
    const gone = [send('x', { at: 0 }), delivered('x', 9, { at: 10 })]
    expect(await found('poll-skip', topic(), audit(10), from(0), ...gone)).toEqual([])
    expect(await skips(from(8), ...gone)).toEqual([])
    expect(await skips(from(7), ...gone)).toEqual(['9 instead of 7'])
  })

  test('is none after the assignment had ended, wherever in the file that is told', async () => {
    expect(await skips(from(), read(0, 10), read(5, 50), revoked({ at: 30 }))).toEqual([])
    expect(await skips(from(), read(0, 10), read(5, 50), revoked({ at: 60 }))).toEqual(['5 instead of 1'])
  })

  test('is each pair of neighbours by itself', async () => {
    expect(await skips(from(), read(0, 10), read(1, 20), read(3, 30), read(4, 40), read(6, 50), read(7, 60))).toEqual(['3 instead of 2', '6 instead of 5'])
  })

  test('is none over what is not visible, or may not be', async () => {
    const between = [send('a', { at: 0 }), logged('a', 0), send('x', { at: 0, transaction: 't' }), logged('x', 1), send('b', { at: 0 }), logged('b', 2), audit(3)]
    const given = [from(), delivered('a', 0, { at: 10 }), delivered('b', 2, { at: 20 })]
    for (const phase of ['aborted', 'begun']) expect(await found('poll-skip', ...between, transaction('t', phase), ...given)).toEqual([])
    expect(await found('poll-skip', ...between, transaction('t', 'committed'), ...given)).toEqual(['poll-skip 1 violation orders-0 of g'])
  })

  test('is one beyond the gap that the log has itself', async () => {
    const gap = [...['a', 'b', 'c'].map(id => send(id, { at: 0 })), logged('a', 0), logged('b', 4), logged('c', 6), audit(7), from(), delivered('a', 0, { at: 10 })]
    expect(await found('poll-skip', ...gap, delivered('b', 4, { at: 20 }))).toEqual([])
    expect(await found('poll-skip', ...gap, delivered('c', 6, { at: 20 }))).toEqual(['poll-skip 1 violation orders-0 of g'])
    expect(await found('poll-skip', ...gap, send('d', { at: 0 }), delivered('d', 9, { at: 20 }))).toEqual(['poll-skip 1 violation orders-0 of g'])
    expect(await found('poll-skip', ...gap, delivered('b', 4, { at: 20 }), delivered('c', 6, { at: 30 }), send('d', { at: 0 }), delivered('d', 9, { at: 40 }))).toEqual([])
  })

  test('counts from the position', async () => {
    expect(await skips(from(2), read(2, 10))).toEqual([])
    expect(await skips(from(2), read(4, 10))).toEqual(['4 instead of 2'])
    expect(await skips(from(), read(4, 10))).toEqual([])
    expect(await skips(from(0), read(1, 10), read(2, 20))).toEqual(['1 instead of 0'])
  })
})

describe('a step back', () => {
  test('is told with what should have come', async () => {
    const lines = [...log.slice(1), from(), read(3, 10), read(2, 20)]
    const expected = { anomaly: 'poll-rewind', count: 1, topic: 'orders', partition: 0, group: 'g', witnesses: [{ id: 'r2', offset: 2, at: 20, member: 'c1', note: 'expected offset 4' }] }
    const reason = ': a member was given an offset that it had passed, without a seek'
    expect(await told('poll-rewind', topic(), ...lines)).toEqual([{ ...expected, level: 'violation', reason: `min ISR 2, unclean election off${reason}` }])
    expect(await told('poll-rewind', topic({ minInsyncReplicas: 1 }), ...lines))
      .toEqual([{ ...expected, level: 'permitted', reason: `min ISR 1, unclean election off${reason}, which this contract permits` }])
  })

  test('is measured against the last delivery, not the highest', async () => {
    expect(await rewinds(from(), read(3, 10), read(1, 20), read(2, 30), read(3, 40))).toEqual(['1 instead of 4'])
    expect(await rewinds(from(), read(3, 10), read(3, 20), read(3, 30))).toEqual(['3 instead of 4', '3 instead of 4'])
  })

  test('may be from the position', async () => {
    expect(await rewinds(from(2), read(1, 10))).toEqual(['1 instead of 2'])
    expect(await rewinds(from(2), read(2, 10))).toEqual([])
    expect(await rewinds(from(100), read(7, 10))).toEqual(['7 instead of 100'])
  })
})

describe('a seek', () => {
  test('explains a step if it lies between, or at the moment of either delivery', async () => {
    for (const [offset, explained] of [[3, skips], [0, rewinds]] as const) {
      const sought: number[] = []
      for (const at of [9, 10, 15, 20, 21]) if ((await explained(from(), read(1, 10), seek(offset, { at }), read(offset, 20))).length === 0) sought.push(at)
      expect(sought).toEqual([10, 15, 20])
    }
  })

  test('explains a step from the position', async () => {
    const sought: number[] = []
    for (const at of [0, 1, 5, 10, 11]) if ((await skips(from(0), seek(3, { at }), read(3, 10))).length === 0) sought.push(at)
    expect(sought).toEqual([1, 5, 10])
  })

  test('is looked for among all of that member\'s', async () => {
    const seeks = [5, 25, 26, 45, 65].map(at => seek(0, { at }))
    expect(await skips(from(), ...seeks, read(0, 10), read(2, 20), read(4, 30), read(6, 40))).toEqual(['2 instead of 1', '6 instead of 5'])
    expect(await skips(from(), ...seeks, seek(0, { ...c2, at: 15 }), read(0, 50), read(2, 60), read(4, 70), read(6, 80))).toEqual(['2 instead of 1', '6 instead of 5'])
  })
})

describe('an assignment', () => {
  test('ends where the member gave it up, by place where the moment is the same', async () => {
    expect(await skips(from(), read(0, 10), read(3, 20), revoked({ at: 20 }))).toEqual(['3 instead of 1'])
    expect(await skips(from(), read(0, 10), revoked({ at: 20 }), read(3, 20))).toEqual([])
    expect(await skips(from(), read(0, 10), read(3, 19), revoked({ at: 20 }))).toEqual(['3 instead of 1'])
  })

  test('is not what a member was given while it owned nothing', async () => {
    expect(await skips(from(), read(0, 10), revoked({ at: 20 }), read(3, 30), read(5, 40), assigned({ at: 50 }), read(7, 60))).toEqual([])
    expect(await skips(from(), read(0, 10), revoked({ at: 20 }), read(3, 30), assigned({ at: 50, position: 5 }), read(7, 60))).toEqual(['7 instead of 5'])
    expect(await skips(from(undefined, c2), read(0, 10), read(3, 20))).toEqual([])
  })

  test('is each member\'s own', async () => {
    expect(await skips(from(), from(undefined, c2), read(0, 10), read(3, 11, c2), read(1, 20), read(4, 21, c2), read(3, 30), read(5, 31, c2))).toEqual(['3 instead of 2'])
    expect(await findingsOf(...log, member(), from(), ...ids.map((_, offset) => read(offset, 10 + offset)))).toEqual([])
  })
})
