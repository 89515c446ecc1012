/** What is told of transactions: which record, which transaction, and why; and what a record of several attempts leaves open. */
import { describe, expect, test } from 'vitest'
import { acknowledged, audit, delivered, found, logged, member, producer, send, told, topic, transaction, written, type HistoryLine } from '../histories.ts'

const inT = { transaction: 't' }
const committed = member({ isolation: 'read_committed' })

describe('what a reader of committed records was given', () => {
  const read = (anomaly: string, ...lines: readonly HistoryLine[]) => told(anomaly, committed, ...lines)

  test('is told with the delivery', async () => {
    const place = { level: 'violation', count: 1, topic: 'orders', partition: 0, group: 'g', witnesses: [{ id: 'a', offset: 3, at: 40, member: 'c1' }] }
    const story = [send('a', { ...inT, at: 1 }), delivered('a', 3, { at: 40 })]
    expect(await read('aborted-read', ...story, transaction('t', 'aborted')))
      .toEqual([{ anomaly: 'aborted-read', reason: 'a read_committed member was given a record of a transaction that was aborted', ...place }])
    expect(await read('dirty-read', ...story, transaction('t', 'committing', { at: 41 })))
      .toEqual([{ anomaly: 'dirty-read', reason: 'a read_committed member was given a record before its transaction began to commit', ...place }])
  })

  test('is judged one by one, whatever else it was given', async () => {
    const story = [...written('plain', 0), delivered('plain', 0, { at: 200 }), delivered('nobody\'s', 1, { at: 201 }), send('a', inT), delivered('a', 2, { at: 202 })]
    expect(await read('aborted-read', ...story, transaction('t', 'aborted'))).toMatchObject([{ count: 1, witnesses: [{ id: 'a' }] }])
    expect(await read('dirty-read', ...story, transaction('t', 'begun'))).toMatchObject([{ count: 1, witnesses: [{ id: 'a' }] }])
    expect(await read('dirty-read', ...story, transaction('u', 'begun'))).toEqual([])
  })

  test('is no anomaly if one of the attempts that it may be would be none', async () => {
    const attempts = [send('a', { ...inT, at: 0 }), send('a', { transaction: 'u', attempt: 2, at: 0 }), delivered('a', 0, { at: 500 })]
    const aborted = transaction('t', 'aborted')
    for (const other of ['begun', 'committed']) {
      expect(await read('aborted-read', ...attempts, aborted, transaction('u', other))).toEqual([])
      expect(await read('dirty-read', ...attempts, aborted, transaction('u', other))).toEqual([])
    }
    expect(await read('dirty-read', ...attempts, transaction('t', 'begun'), transaction('u', 'begun'))).toMatchObject([{ count: 1 }])
    expect(await read('aborted-read', ...attempts, aborted, transaction('u', 'aborted'))).toMatchObject([{ count: 1 }])
    expect(await read('dirty-read', send('a', { at: 0 }), send('a', { ...inT, attempt: 2, at: 0 }), delivered('a', 0), transaction('t', 'begun'))).toEqual([])
  })
})

describe('torn-transaction', () => {
  const parts = (...ids: readonly string[]) => ids.flatMap((id, offset) => [send(id, inT), acknowledged(id, offset, { at: 500 + offset })])
  const ended = transaction('t', 'committed', { at: 900 })
  const torn = (...lines: readonly HistoryLine[]) => told('torn-transaction', ...lines)
  const strict = [topic(), producer('p1')]

  test('is told with the first part that is missing', async () => {
    const story = [...parts('a', 'b', 'c'), ended, logged('a', 0), audit(4)]
    const expected = {
      anomaly: 'torn-transaction', count: 1, topic: 'orders', partition: 0, group: null, witnesses: [{ id: 'b', offset: 1, at: 501, transaction: 't' }]
    }
    const reason = ': a part of a transaction is visible and an acknowledged part is not'
    expect(await torn(...strict, ...story)).toEqual([{ ...expected, level: 'violation', reason: `acks=all, min ISR 2, unclean election off${reason}` }])
    expect(await torn(topic({ minInsyncReplicas: 1 }), producer('p1'), ...story))
      .toEqual([{ ...expected, level: 'permitted', reason: `acks=all, min ISR 1, unclean election off${reason}, which this contract permits` }])
  })

  test('names the missing part that must not be lost, and is a violation for it', async () => {
    const story = [producer('weak', { acks: '1' }), send('w', { ...inT, producer: 'weak' }), acknowledged('w', 3), ...parts('a', 'b')]
    expect(await torn(...strict, ...story, ended, logged('a', 0), audit(4))).toMatchObject([{ level: 'violation', count: 1, witnesses: [{ id: 'b' }] }])
    expect(await torn(...strict, ...story, ended, logged('a', 0), logged('b', 1), audit(4))).toMatchObject([{ level: 'permitted', witnesses: [{ id: 'w' }] }])
  })

  test('has no offset to tell where the acknowledgement told none', async () => {
    expect(await torn(...parts('a'), send('b', inT), acknowledged('b', null, { at: 510 }), ended, logged('a', 0), audit(4)))
      .toMatchObject([{ witnesses: [{ id: 'b', offset: null, at: 510 }] }])
  })

  test('needs an acknowledged part, of a transaction that was not aborted, in a topic that keeps everything', async () => {
    expect(await torn(...parts('a'), send('b', inT), ended, logged('a', 0), audit(4))).toEqual([])
    expect(await torn(...parts('a', 'b'), transaction('t', 'aborted'), logged('a', 0, { committed: true }), audit(4))).toEqual([])
    expect(await torn(topic({ cleanupPolicy: 'compact' }), ...parts('a', 'b'), ended, logged('a', 0), audit(4))).toEqual([])
    expect(await torn(...parts('a', 'b'), ended, logged('a', 0), audit(4, { complete: false }))).toEqual([])
  })

  test('looks at each transaction by itself', async () => {
    const other = [send('x', { transaction: 'u' }), acknowledged('x', 5), transaction('u', 'committed')]
    expect(await torn(...parts('a', 'b'), ended, ...other, logged('a', 0), audit(6))).toMatchObject([{ count: 1, witnesses: [{ transaction: 't' }] }])
    expect(await torn(...parts('a', 'b'), ended, ...other, logged('x', 5), audit(6))).toEqual([])
    expect(await torn(...parts('a', 'b'), ended, ...other, ...written('plain', 6), audit(7))).toEqual([])
    expect(await torn(...parts('a', 'b'), ended, logged('a', 0), ...written('plain', 6), send('gone'), acknowledged('gone', 5), audit(7))).toMatchObject([{ count: 1 }])
    expect(await torn(...parts('a', 'b'), ended, logged('nobody\'s', 0), audit(7))).toEqual([])
  })

  test('is not said of a part that may be there', async () => {
    const open = transaction('t', 'indeterminate')
    expect(await torn(...parts('a', 'b'), open, logged('a', 0, { committed: true }), logged('b', 1), audit(4))).toEqual([])
    expect(await torn(...parts('a', 'b'), open, logged('a', 0, { committed: true }), logged('b', 1, { committed: false }), audit(4))).toHaveLength(1)
  })

  test('follows the attempts of a record', async () => {
    const again = [...parts('a', 'b'), ended, send('b', { attempt: 2 }), logged('a', 0), audit(9)]
    expect(await torn(...again)).toHaveLength(1)
    expect(await torn(...again, logged('b', 7))).toHaveLength(1)
    expect(await torn(...again, logged('b', 7, { attempt: 2 }))).toHaveLength(1)
    expect(await torn(...again, logged('b', 1, { attempt: 1 }))).toEqual([])
    expect(await torn(...again, logged('b', 1))).toEqual([])
    expect(await torn(...again, logged('b', 1, { attempt: 1 }), logged('b', 7, { attempt: 2 }))).toEqual([])
    expect(await torn(...again, logged('b', 1, { committed: false }))).toHaveLength(1)
  })

  test('is not shown by a copy that may be another attempt', async () => {
    const attempts = [send('a', inT), send('a', { attempt: 2 }), send('b', inT), acknowledged('b', 1), ended, audit(4)]
    expect(await torn(...attempts, logged('a', 0))).toEqual([])
    expect(await torn(...attempts, logged('a', 0, { attempt: 1 }))).toHaveLength(1)
  })

  test('belongs where all sends of the transaction went', async () => {
    const story = [...parts('a', 'b'), ended, logged('a', 0), audit(4)]
    expect(await found('torn-transaction', ...story, send('c', { ...inT, partition: 1 }))).toEqual(['torn-transaction 1 violation'])
    expect(await found('torn-transaction', ...story, send('c', { partition: 1 }), send('d', { transaction: 'u', partition: 1 }))).toEqual(['torn-transaction 1 violation orders-0'])
  })
})

describe('zombie-write', () => {
  const x = { transactionalId: 'x' }
  const zombies = (...lines: readonly HistoryLine[]) => told('zombie-write', topic(), ...lines, audit(9))
  const replaced = [producer('p1', { at: 10, ...x }), producer('p1', { at: 100, incarnation: 2, ...x })]

  test('is told with the record', async () => {
    expect(await zombies(...replaced, send('a', { at: 150 }), logged('a', 4))).toEqual([{
      anomaly: 'zombie-write', level: 'violation', count: 1, topic: 'orders', partition: 0, group: null,
      reason: 'a producer wrote after another one had taken over its transactional id', witnesses: [{ id: 'a', offset: 4, at: 150 }]
    }])
  })

  test('counts records, not copies, and only those that are visible', async () => {
    expect(await zombies(...replaced, send('a', { at: 150 }), logged('a', 4), logged('a', 5), send('b', { at: 160 }), logged('b', 6))).toMatchObject([{ count: 2 }])
    expect(await zombies(...replaced, send('a', { at: 150 }), logged('a', 4, { committed: false }), logged('nobody\'s', 5))).toEqual([])
  })

  test('is said of the replaced incarnation, not of the one that replaced it', async () => {
    expect(await zombies(...replaced, send('a', { at: 150, incarnation: 2 }), logged('a', 4))).toEqual([])
    expect(await zombies(producer('p1', { at: 100, ...x }), producer('p1', { at: 10, incarnation: 2, ...x }), send('a', { at: 150, incarnation: 2 }), logged('a', 4))).toEqual([])
    expect(await zombies(producer('p1', { at: 10, ...x }), producer('p2', { at: 10, ...x }), send('a', { at: 150 }), logged('a', 4))).toEqual([])
  })

  test('begins with the first that took over', async () => {
    const [first, second] = replaced
    const third = producer('p2', { at: 200, ...x })
    for (const producers of [[first!, second!, third], [third, second!, first!]]) {
      expect(await zombies(...producers, send('a', { at: 150 }), logged('a', 4))).toHaveLength(1)
      expect(await zombies(...producers, send('a', { at: 150, incarnation: 2 }), logged('a', 4))).toEqual([])
      expect(await zombies(...producers, send('a', { at: 250, incarnation: 2 }), logged('a', 4))).toHaveLength(1)
    }
  })

  test('needs the times of both, and a transactional id', async () => {
    expect(await zombies(producer('p1', { at: 10, ...x }), producer('p1', { incarnation: 2, ...x }), send('a', { at: 150 }), logged('a', 4))).toEqual([])
    expect(await zombies(...replaced, producer('q', { at: 10 }), producer('q', { at: 100, incarnation: 2 }), send('a', { at: 150, producer: 'q' }), logged('a', 4))).toEqual([])
  })

  test('needs every attempt that it may be to have come too late', async () => {
    const attempts = [...replaced, send('a', { at: 50 }), send('a', { at: 150, attempt: 2 })]
    expect(await zombies(...attempts, logged('a', 4))).toEqual([])
    expect(await zombies(...attempts, logged('a', 4, { attempt: 2 }))).toMatchObject([{ count: 1, witnesses: [{ at: 150 }] }])
  })
})

describe('stuck-transaction', () => {
  test('is told with the last stable offset', async () => {
    expect(await told('stuck-transaction', send('b', { partition: 1 }), audit(20, { lastStable: 12 }))).toEqual([{
      anomaly: 'stuck-transaction', level: 'liveness', count: 1, topic: 'orders', partition: 0, group: null, reason: 'the last stable offset is 12, and the log ends at 20',
      witnesses: [{ id: null, offset: 12, at: null }]
    }])
  })
})
