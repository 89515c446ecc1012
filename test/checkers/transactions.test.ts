/** What is wrong with transactions: read too early or although aborted, torn, written by a replaced producer, or never ended. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, audit, delivered, findingsOf, found, judgementOf, logged, member, producer, send, topic, transaction, type HistoryLine
} from '../histories.ts'

const nothing: readonly HistoryLine[] = [topic(), audit(0)]
const committed = member({ isolation: 'read_committed' })
const inT = { transaction: 't' }

describe('aborted-read', () => {
  const story = [send('a', inT), delivered('a', 0), transaction('t', 'aborted')]

  test('a read_committed member is given no aborted record', async () => {
    expect(await found('aborted-read', committed, ...story)).toEqual(['aborted-read 1 violation orders-0 of g'])
    expect(await found('aborted-read', member(), ...story)).toEqual([])
    expect(await found('aborted-read', ...story)).toEqual([])
    expect(await found('aborted-read', ...nothing)).toEqual([])
  })

  test('deliveries are counted', async () => {
    expect(await found('aborted-read', committed, ...story, delivered('a', 0))).toEqual(['aborted-read 2 violation orders-0 of g'])
  })

  test('a record that may be another attempt accuses nobody', async () => {
    expect(await found('aborted-read', committed, ...story, send('a', { attempt: 2, at: 1 }))).toEqual([])
  })
})

describe('dirty-read', () => {
  const story = (at: number) => [committed, send('a', { ...inT, at: 1 }), delivered('a', 0, { at })]
  const ends = [transaction('t', 'begun', { at: 0 }), transaction('t', 'committing', { at: 50 }), transaction('t', 'committed', { at: 60 })]

  test('nothing is delivered before the transaction began to commit', async () => {
    expect(await found('dirty-read', ...story(49), ...ends)).toEqual(['dirty-read 1 violation orders-0 of g'])
    expect(await found('dirty-read', ...story(50), ...ends)).toEqual([])
    expect(await found('dirty-read', ...nothing)).toEqual([])
  })

  test('without a committing line the committed one counts', async () => {
    expect(await found('dirty-read', ...story(59), transaction('t', 'committed', { at: 60 }))).toEqual(['dirty-read 1 violation orders-0 of g'])
  })

  test('a transaction that nobody commits must not be read, if anything is known of it', async () => {
    expect(await found('dirty-read', ...story(49), transaction('t', 'begun', { at: 0 }))).toEqual(['dirty-read 1 violation orders-0 of g'])
    expect(await found('dirty-read', ...story(49))).toEqual([])
  })

  test('an aborted one is another anomaly', async () => {
    expect(await found('dirty-read', ...story(49), transaction('t', 'aborted', { at: 70 }))).toEqual([])
  })

  test('the first committing line counts, and the state is that of the last line', async () => {
    const lines = [transaction('t', 'committing', { at: 90 }), transaction('t', 'committing', { at: 40 }), transaction('t', 'indeterminate', { at: 95 })]
    expect(await found('dirty-read', ...story(45), ...lines)).toEqual([])
  })
})

describe('torn-transaction', () => {
  const two = [send('a', inT), acknowledged('a', 0), send('b', inT), acknowledged('b', 1)]
  const ended = transaction('t', 'committed')

  test('a transaction is there as a whole or not at all', async () => {
    expect(await findingsOf(...two, ended, logged('a', 0), audit(3))).toEqual(['lost 1 violation orders-0', 'torn-transaction 1 violation orders-0'])
    expect(await findingsOf(...two, ended, logged('a', 0), logged('b', 1), audit(3))).toEqual([])
    expect(await found('torn-transaction', ...two, ended, audit(3))).toEqual([])
    expect(await found('torn-transaction', ...two, transaction('t', 'aborted'), logged('a', 0, { committed: true }), audit(3))).toEqual([])
    expect(await found('torn-transaction', ...nothing)).toEqual([])
  })

  test('while nobody knows how it ended, a committed part shows it torn', async () => {
    const open = transaction('t', 'indeterminate')
    expect(await found('torn-transaction', ...two, open, logged('a', 0), audit(3))).toEqual([])
    expect(await found('torn-transaction', ...two, open, logged('a', 0, { committed: true }), audit(3))).toEqual(['torn-transaction 1 violation orders-0'])
    expect(await found('torn-transaction', ...two, open, logged('a', 0, { committed: true }), logged('b', 1), audit(3))).toEqual([])
  })

  test('over several partitions it has no place of its own', async () => {
    const lines = [send('a', inT), acknowledged('a', 0), send('b', { ...inT, partition: 1 }), acknowledged('b', 0), ended, logged('a', 0), audit(2)]
    expect(await found('torn-transaction', ...lines, audit(2, { partition: 1 }))).toEqual(['torn-transaction 1 violation'])
    expect(await found('torn-transaction', ...lines)).toEqual([])
  })

  test('what expired or may be lost does not tear it', async () => {
    expect(await found('torn-transaction', send('b', inT), acknowledged('b', 1), ...two.slice(0, 2), ended, logged('a', 5), audit(6, { logStart: 2 }))).toEqual([])
    expect(await found('torn-transaction', topic({ minInsyncReplicas: 1 }), ...two, ended, logged('a', 0), audit(3))).toEqual(['torn-transaction 1 permitted orders-0'])
  })
})

describe('zombie-write', () => {
  const first = producer('p1', { at: 10, transactionalId: 'x' })
  const second = producer('p1', { at: 100, transactionalId: 'x', incarnation: 2 })

  test('a replaced producer writes no more', async () => {
    expect(await findingsOf(first, second, send('a', { at: 101 }), logged('a', 0), audit(1))).toEqual(['zombie-write 1 violation orders-0'])
    expect(await findingsOf(first, second, send('a', { at: 100 }), logged('a', 0), audit(1))).toEqual([])
    expect(await findingsOf(first, second, send('a', { at: 101 }), audit(1))).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('another name under the same id replaces it too', async () => {
    expect(await findingsOf(first, producer('p2', { at: 100, transactionalId: 'x' }), send('a', { at: 150 }), logged('a', 0), audit(1))).toEqual(['zombie-write 1 violation orders-0'])
    expect(await findingsOf(first, producer('p2', { at: 5, transactionalId: 'x' }), send('a', { at: 150 }), logged('a', 0), audit(1))).toEqual([])
    expect(await findingsOf(first, producer('p2', { at: 100, transactionalId: 'y' }), send('a', { at: 150 }), logged('a', 0), audit(1))).toEqual([])
  })

  test('without both times nothing is known', async () => {
    expect(await findingsOf(producer('p1', { transactionalId: 'x' }), second, send('a', { at: 150 }), logged('a', 0), audit(1))).toEqual([])
  })

  test('it is told where it was found, and only if every attempt that could be meant was too late', async () => {
    expect(await found('zombie-write', first, second, send('a', { at: 150 }), logged('a', 0, { partition: 1 }))).toEqual(['zombie-write 1 violation orders-1'])
    expect(await found('zombie-write', first, second, send('a', { at: 50 }), send('a', { at: 150, attempt: 2 }), logged('a', 0))).toEqual([])
  })
})

describe('stuck-transaction', () => {
  test('the last stable offset reaches the end of the log', async () => {
    expect((await judgementOf(send('a'), acknowledged('a', 0), logged('a', 0), audit(3, { lastStable: 2 }))).verdict).toBe('stalled')
    expect(await findingsOf(audit(3, { lastStable: 2 }))).toEqual(['stuck-transaction 1 liveness orders-0'])
    expect(await findingsOf(audit(3, { lastStable: 3 }))).toEqual([])
    expect(await findingsOf(audit(3))).toEqual([])
  })
})
