/** Compacted topics: which record of a key can be missed at all, and what else of that key explains that it is gone. */
import { describe, expect, test } from 'vitest'
import { acknowledged, audit, found, findingsOf, logged, rejected, send, topic, transaction, type HistoryLine } from '../histories.ts'

const compacted = topic({ cleanupPolicy: 'compact' })
const keyed = (id: string, offset: number | null, more = {}): readonly HistoryLine[] => [send(id, { key: 'k', ...more }), acknowledged(id, offset)]
const lost = ['lost 1 violation orders-0']
const elsewhere = { topic: 'other' }

describe('the record of a key that can be lost', () => {
  test('is the one acknowledged at the highest offset, whichever was sent last', async () => {
    expect(await found('lost', compacted, ...keyed('a', 9), ...keyed('b', 4), audit(10))).toEqual(lost)
    expect(await found('lost', compacted, ...keyed('a', 9), ...keyed('b', 4), logged('a', 9), audit(10))).toEqual([])
    expect(await found('lost', compacted, ...keyed('a', 4), ...keyed('b', 9), logged('b', 9), audit(10))).toEqual([])
  })

  test('is one for each key, and for each partition', async () => {
    expect(await found('lost', compacted, ...keyed('a', 0), ...keyed('b', 1, { key: 'l' }), audit(2))).toEqual(['lost 2 violation orders-0'])
    expect(await found('lost', compacted, ...keyed('a', 0), ...keyed('b', 1, { partition: 1 }), audit(2), audit(2, { partition: 1 })))
      .toEqual(['lost 1 violation orders-0', 'lost 1 violation orders-1'])
  })

  test('is the first of two that were acknowledged at one offset, though the other is there', async () => {
    expect(await found('lost', compacted, ...keyed('a', 5), ...keyed('b', 5), logged('b', 5), audit(6))).toEqual(lost)
  })

  test('is not outdone by what was aborted or rejected', async () => {
    const aborted = [...keyed('b', 1, { transaction: 't' }), transaction('t', 'aborted')]
    expect(await found('lost', compacted, ...keyed('a', 0), ...aborted, audit(2))).toEqual(lost)
    expect(await found('lost', compacted, ...keyed('a', 0), ...aborted, logged('b', 1), audit(2))).toEqual(lost)
    expect(await found('lost', compacted, ...keyed('a', 0), ...aborted, logged('b', 1, { committed: true }), audit(2))).toEqual([])
    expect(await found('lost', compacted, ...keyed('a', 0), ...keyed('b', 1, { transaction: 't' }), transaction('t', 'begun'), audit(2))).toEqual([])
    expect(await found('lost', compacted, ...keyed('a', 0), send('b', { key: 'k' }), rejected('b'), audit(2))).toEqual(lost)
  })

  test('is not one whose place in the log nobody read', async () => {
    expect(await findingsOf(compacted, ...keyed('a', 0))).toEqual(['inconclusive 1 inconclusive orders-0'])
    expect(await findingsOf(compacted, send('a'), acknowledged('a', 0))).toEqual(['inconclusive 1 inconclusive orders-0'])
  })
})

describe('a record of the key that is visible', () => {
  const twice = [send('b', { key: 'k' }), acknowledged('b', 1), send('b', { key: 'k', attempt: 2 }), rejected('b', { attempt: 2 })]

  test('above explains the absence, and below does not', async () => {
    expect(await found('lost', compacted, ...keyed('a', 5), ...keyed('b', 3), logged('b', 3), logged('b', 7), audit(8))).toEqual([])
    expect(await found('lost', compacted, ...keyed('a', 5), ...keyed('b', 3), logged('b', 3), audit(8))).toEqual(lost)
    expect(await found('lost', compacted, ...keyed('a', 5), ...twice, logged('b', 0), logged('b', 7), audit(8))).toEqual([])
    expect(await found('lost', compacted, ...keyed('a', 5), ...keyed('b', 3, { key: 'l' }), logged('b', 7), audit(8))).toEqual(lost)
    expect(await found('lost', compacted, ...keyed('a', 5), send('b'), acknowledged('b', 3), logged('b', 7), audit(8))).toEqual(lost)
  })
})

describe('what may have been written with the key', () => {
  test('a tombstone explains the absence, even one that was rejected', async () => {
    expect(await found('lost', compacted, ...keyed('a', 5), send('b', { key: 'k', tombstone: true }), rejected('b'), audit(6))).toEqual([])
    expect(await found('lost', compacted, ...keyed('a', 5), send('b', { key: 'l', tombstone: true }), rejected('b'), audit(6))).toEqual(lost)
  })

  test('records of other runs may have had the key', async () => {
    expect(await found('lost', compacted, ...keyed('a', 5), audit(6, { foreign: 1 }))).toEqual([])
    expect(await found('lost', compacted, ...keyed('a', 5), audit(6, { foreign: 0 }))).toEqual(lost)
  })

  test('in another topic it explains nothing', async () => {
    const other = [topic({ topic: 'other', cleanupPolicy: 'compact' }), audit(0, elsewhere)]
    expect(await found('lost', compacted, ...other, ...keyed('a', 5), send('b', { key: 'k', tombstone: true, ...elsewhere }), rejected('b'), audit(6))).toEqual(lost)
    expect(await found('lost', compacted, ...other, ...keyed('a', 5), send('b', { key: 'k', ...elsewhere }), audit(6))).toEqual(lost)
  })
})

test('a record that was acknowledged in a topic that is not compacted is missed there', async () => {
  const story = [compacted, topic(elsewhere), send('a', { key: 'k' }), acknowledged('a', 5, { ...elsewhere, partition: 0 }), audit(0)]
  expect(await found('lost', ...story, audit(8, elsewhere))).toEqual(lost)
  expect(await found('lost', ...story, logged('a', 5, elsewhere), audit(8, elsewhere))).toEqual([])
})

test('a topic that is not compacted is judged record by record, though another of the run is', async () => {
  const deleted = topic({ topic: 'other' })
  expect(await found('lost', compacted, deleted, audit(0), ...keyed('a', 0, elsewhere), ...keyed('b', 1, elsewhere), audit(2, elsewhere))).toEqual(['lost 2 violation other-0'])
  expect(await found('lost', compacted, deleted, ...keyed('a', 0), ...keyed('b', 1), logged('b', 1), audit(2), audit(0, elsewhere))).toEqual([])
})
