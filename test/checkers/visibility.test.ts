/** Which audit counts, what of it is visible, and how far it proves that something is not there. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, assigned, audit, commit, delivered, findingsOf, found, judgementOf, leader, logged, member, producer, rejected, send, told, topic, transaction, written,
  type HistoryLine
} from '../histories.ts'

const inT = { transaction: 't' }
const lostOne = ['lost 1 violation orders-0']

describe('the audit that counts', () => {
  const disk = (replica: number, ...ids: readonly string[]) => [...ids.map((id, offset) => logged(id, offset, { replica })), audit(2, { replica })]

  test('is a client\'s, whatever the leader\'s disk says', async () => {
    const story = [send('a'), acknowledged('a', 0), leader(1)]
    expect(await found('lost', ...story, ...disk(1, 'a'), audit(2))).toEqual(lostOne)
    expect(await found('lost', ...story, audit(2), ...disk(1, 'a'))).toEqual(lostOne)
    expect(await found('lost', ...story, ...disk(1), logged('a', 0), audit(2))).toEqual([])
  })

  test('is the disk of the last leader of that partition, else none', async () => {
    const story = [send('a'), acknowledged('a', 0), ...disk(1, 'a'), ...disk(2)]
    expect(await found('lost', ...story, leader(1), leader(2))).toEqual(lostOne)
    expect(await found('lost', ...story, leader(2), leader(1))).toEqual([])
    expect(await found('lost', ...story, leader(2), leader(1, { partition: 1 }))).toEqual(lostOne)
    expect(await findingsOf(...story, leader(3))).toContain('inconclusive 1 inconclusive orders-0')
    expect(await found('inconclusive', ...story)).toEqual(['inconclusive 1 inconclusive orders-0'])
  })

  test('of a partition that nobody read counts no line', async () => {
    expect((await judgementOf(...written('a', 0), audit(1), send('b', { partition: 1 }))).counts).toMatchObject({ sent: 2, logged: 1 })
  })
})

describe('a found record', () => {
  const entry = (...lines: readonly HistoryLine[]) => found('lost', send('a', inT), acknowledged('a', 0), transaction('t', 'committed'), ...lines)
  const committed = { isolation: 'read_committed', lastStable: 1 }

  test('is there if its transaction was committed, and not if the log says otherwise', async () => {
    expect(await entry(logged('a', 0), audit(1))).toEqual([])
    expect(await entry(logged('a', 0, { committed: false }), audit(1))).toEqual(lostOne)
    expect(await entry(logged('a', 0, { committed: false }), audit(1, committed))).toEqual(lostOne)
    expect(await entry(logged('a', 0, { committed: false }), logged('a', 0, { committed: true }), audit(1))).toEqual([])
  })

  test('of an open transaction proves neither that it is there nor that it is not', async () => {
    const open = [send('a', inT), send('a', { attempt: 2 }), acknowledged('a', 4, { attempt: 2 }), transaction('t', 'begun')]
    expect(await found('lost', ...open, logged('a', 0, { attempt: 1 }), audit(5))).toEqual([])
    expect(await found('lost', ...open, audit(5))).toEqual(lostOne)
    expect(await found('lost', ...open, transaction('t', 'aborted'), logged('a', 0, { attempt: 1 }), audit(5))).toEqual(lostOne)
    expect(await found('skipped', send('b', { ...inT, at: 0 }), transaction('t', 'begun'), logged('b', 0), audit(1), assigned({ position: 0 }), commit(1))).toEqual([])
    expect(await found('skipped', send('b', { ...inT, at: 0 }), transaction('t', 'begun'), logged('b', 0, { committed: true }), audit(1), assigned({ position: 0 }), commit(1)))
      .toEqual(['skipped 1 violation orders-0 of g'])
  })

  test('is of unknown visibility if its attempts ended differently', async () => {
    const attempts = [send('a', { ...inT, at: 0 }), send('a', { transaction: 'u', attempt: 2, at: 0 })]
    const skipped = (...lines: readonly HistoryLine[]) => found('skipped', ...attempts, ...lines, logged('a', 0), audit(1), assigned({ position: 0 }), commit(1))
    expect(await skipped(transaction('t', 'committed'), transaction('u', 'aborted'))).toEqual([])
    expect(await skipped(transaction('t', 'aborted'), transaction('u', 'aborted'))).toEqual([])
    expect(await skipped(transaction('t', 'committed'), transaction('u', 'committed'))).toEqual(['skipped 1 violation orders-0 of g'])
    expect(await skipped(transaction('t', 'aborted'), transaction('u', 'committed'), acknowledged('a', 0, { attempt: 2 }))).toEqual(['skipped 1 violation orders-0 of g'])
  })

  test('that nobody sent is in no transaction', async () => {
    expect(await found('skipped', send('a', inT), transaction('t', 'aborted'), logged('x', 0), audit(1), assigned({ position: 0 }), commit(1)))
      .toEqual(['skipped 1 violation orders-0 of g'])
  })

  test('is one, however many lines say so, and another one beside another record', async () => {
    expect(await found('duplicated', ...written('a', 0), logged('a', 0), logged('a', 0), audit(1))).toEqual([])
    expect(await found('duplicated', ...written('a', 0), send('b'), logged('b', 0), logged('a', 0), audit(1))).toEqual([])
    expect(await found('duplicated', ...written('a', 0), logged('a', 0, { committed: false }), logged('a', 1), audit(2))).toEqual(['duplicated 1 violation orders-0'])
  })
})

describe('an absence', () => {
  const gone = [topic(), producer('p1'), send('a'), acknowledged('a', 4)]

  test('is proven from the start of the log on, beyond its end too', async () => {
    expect(await found('lost', ...gone, audit(10, { logStart: 4 }))).toEqual(lostOne)
    expect(await found('lost', ...gone, audit(10, { logStart: 5 }))).toEqual([])
    expect(await found('lost', ...gone, audit(4))).toEqual(lostOne)
  })

  test('is not proven where a reader of committed records could not see', async () => {
    const bounds = (lastStable: number, logEnd: number) => audit(logEnd, { isolation: 'read_committed', lastStable })
    expect(await found('lost', ...gone, bounds(5, 6))).toEqual(lostOne)
    expect(await found('lost', ...gone, bounds(4, 6))).toEqual([])
    expect(await found('lost', ...gone, bounds(4, 5))).toEqual([])
    expect(await found('lost', ...gone, bounds(3, 4))).toEqual(lostOne)
    expect(await found('lost', ...gone, audit(6, { isolation: 'read_uncommitted', lastStable: 4 }))).toEqual(lostOne)
  })

  test('of a record whose offset nobody knows needs all of the log', async () => {
    const unplaced = [topic(), send('a'), acknowledged('a', null)]
    expect(await found('lost', ...unplaced, audit(6))).toEqual(lostOne)
    expect(await found('lost', ...unplaced, audit(6, { logStart: 1 }))).toEqual([])
    expect(await found('lost', ...unplaced, audit(6, { isolation: 'read_committed', lastStable: 6 }))).toEqual(lostOne)
    expect(await found('lost', ...unplaced, audit(6, { isolation: 'read_committed', lastStable: 5 }))).toEqual([])
    expect(await found('lost', ...unplaced, audit(6, { isolation: 'read_uncommitted', lastStable: 0 }))).toEqual(lostOne)
    expect(await found('lost', ...unplaced, audit(6, { complete: false }))).toEqual([])
  })

  test('is not proven by an audit that does not say how far it could see', async () => {
    const [finding] = await told('inconclusive', ...gone, audit(10, { isolation: 'read_committed' }))
    expect(finding).toMatchObject({ topic: 'orders', partition: 0, group: null, count: 1, reason: 'the read_committed audit of this partition does not say where the last stable offset is' })
    expect(await found('lost', ...gone, audit(10, { isolation: 'read_committed' }))).toEqual([])
  })
})

describe('an offset', () => {
  const scattered = [7, 3_000, 3_001, 50_000, 900_000]
  const log = [...scattered.flatMap(offset => [send(`at ${offset}`, { at: 0 }), logged(`at ${offset}`, offset)]), audit(900_001)]

  test('is found in a scattered log', async () => {
    expect(await found('vanished', ...log, ...scattered.map(offset => delivered(`at ${offset}`, offset)))).toEqual([])
    for (const missing of [0, 6, 8, 2_999, 3_002, 899_999]) {
      expect(await told('vanished', ...log, send('x', { at: 0 }), ...scattered.map(offset => delivered(`at ${offset}`, offset)), delivered('x', missing)))
        .toMatchObject([{ count: 1, witnesses: [{ id: 'x', offset: missing }] }])
    }
  })

  test('that no record has is followed by the next one that has one, however scattered the log', async () => {
    const reads = scattered.map(offset => delivered(`at ${offset}`, offset))
    expect(await found('poll-skip', ...log, assigned({ position: 0 }), ...reads)).toEqual([])
    expect(await found('poll-skip', ...log, assigned({ position: 0 }), ...reads.toSpliced(3, 1))).toEqual(['poll-skip 1 violation orders-0 of g'])
  })

  test('may have several records, each of which is found there', async () => {
    for (const beyond of [1, 1_000_000]) {
      const lines = [...['a', 'b', 'c', 'd'].map(id => send(id, { at: 0 })), logged('d', 4), ...['a', 'b', 'c'].map(id => logged(id, 5)), logged('d', 5 + beyond), audit(6 + beyond)]
      const read = (id: string, at: number) => delivered(id, 5, { at, member: id })
      expect(await found('vanished', ...lines, read('a', 100), read('b', 101), read('c', 102))).toEqual([])
      expect(await told('vanished', ...lines, read('a', 100), read('d', 101))).toMatchObject([{ count: 1, witnesses: [{ id: 'd', offset: 5 }] }])
    }
  })

  test('counts as received if one of the lines that show it is visible', async () => {
    const lines = [send('a', { at: 0 }), logged('a', 3, { committed: false }), logged('a', 3, { committed: true }), audit(4), assigned({ position: 0 })]
    expect(await findingsOf(...lines, delivered('a', 3))).toEqual([])
    expect(await findingsOf(send('a', { at: 0 }), logged('a', 3), logged('a', 3), audit(4), assigned({ position: 0 }), delivered('a', 3))).toEqual([])
  })

  test('before the first record of the log, or behind its last, is no record\'s', async () => {
    const two = [send('a', { at: 0 }), logged('a', 5), send('b', { at: 0 }), logged('b', 6), audit(7, { logStart: 5 })]
    expect(await found('poll-skip', ...two, assigned({ position: 2 }), delivered('b', 6))).toEqual(['poll-skip 1 violation orders-0 of g'])
    expect(await found('poll-skip', ...two, assigned({ position: 2 }), delivered('a', 5), delivered('b', 6))).toEqual([])
    expect(await found('vanished', ...two, delivered('b', 6), send('x', { at: 0 }), delivered('x', 7))).toEqual(['vanished 1 violation orders-0'])
  })
})

describe('where a finding belongs', () => {
  const nowhere = { partition: null, attempt: 2 }
  const placeOf = async (...lines: readonly HistoryLine[]) => (await told('resurrected', ...lines, logged('a', 0), audit(1))).map(({ topic: name, partition }) => [name, partition])
  const no = (more: Readonly<Record<string, unknown>> = {}) => [send('a', more), rejected('a', { attempt: more['attempt'] })]

  test('is the one partition that all sends of the record went to', async () => {
    expect(await placeOf(...no(), ...no({ attempt: 2 }))).toEqual([['orders', 0]])
    expect(await placeOf(...no(), ...no({ partition: 1, attempt: 2 }))).toEqual([[null, null]])
    expect(await placeOf(...no(), ...no({ topic: 'other', attempt: 2 }))).toEqual([[null, null]])
  })

  test('is the topic alone where a client chose and never said which', async () => {
    expect(await placeOf(...no({ partition: null }))).toEqual([['orders', null]])
    expect(await placeOf(...no(), ...no(nowhere))).toEqual([['orders', null]])
    expect(await placeOf(...no(), ...no({ ...nowhere, topic: 'other' }))).toEqual([[null, null]])
    expect(await placeOf(...no(), ...no(nowhere), ...no({ partition: 1, attempt: 3 }))).toEqual([[null, null]])
  })
})

test('a group\'s own members decide what is expected of it', async () => {
  const log = [send('a', { at: 0 }), logged('a', 0), audit(1)]
  const lines = [member({ group: 'careless', commits: 'none' }), member(), assigned({ position: 0 }), commit(1), assigned({ group: 'careless', position: 0 }), commit(1, { group: 'careless' })]
  expect(await found('skipped', ...log, ...lines)).toEqual(['skipped 1 violation orders-0 of g', 'skipped 1 permitted orders-0 of careless'])
})
