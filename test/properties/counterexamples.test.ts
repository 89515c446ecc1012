/** Counterexamples that the properties found, by hand and for good: each innocent history with the guilty one that it resembles. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, assigned, audit, commit, delivered, effect, fault, findingsOf, found, logged, member, processed, producer, send, told, topic, transaction, written, type HistoryLine
} from '../histories.ts'

/** All replicas lose what was not on disk, and the log is written again from offset 0. */
const powerCut: readonly HistoryLine[] = [
  fault('f', 'injected', { what: 'power-cut', brokers: [1, 2, 3], evidence: 'gone', at: 110 }), fault('f', 'healed', { at: 120 })
]

const cases: readonly (readonly [string, readonly HistoryLine[]])[] = [
  ['after a power cut', powerCut],
  ['with unclean election', [topic({ uncleanLeaderElection: true })]],
  ['with min ISR 1', [topic({ minInsyncReplicas: 1 })]]
]

describe('where a log may be cut off and written again', () => {
  // Offset 0 held a foreign record when the member was given offset 1; now a record of this run stands there.
  const leftOut = [
    assigned({ position: 0, at: 10 }), send('a', { at: 20 }), acknowledged('a', 1, { at: 30 }), delivered('a', 1, { at: 40 }),
    assigned({ position: 0, at: 200 }), send('b', { at: 210 }), acknowledged('b', 0, { at: 220 }), logged('b', 0), delivered('b', 0, { at: 230 }), audit(1)
  ]

  test.each(cases)('what stands between two deliveries now may not have stood there then: %s', async (_, lines) => {
    expect(await found('poll-skip', ...lines, ...leftOut)).toEqual(['poll-skip 1 permitted orders-0 of g'])
  })

  test('and elsewhere it was left out', async () => {
    expect(await found('poll-skip', ...leftOut)).toEqual(['poll-skip 1 violation orders-0 of g'])
  })

  // The record at offset 0 was received and committed; it is gone, and another, sent much later, has its offset.
  const committed = [
    assigned({ position: 0, at: 10 }), send('a', { at: 20 }), acknowledged('a', 0, { at: 30 }), delivered('a', 0, { at: 40 }), commit(1, { at: 50 }),
    send('b', { at: 210 }), acknowledged('b', 0, { at: 220 }), logged('b', 0), audit(1)
  ]

  test.each(cases)('a commit is not ahead of a record that came after it, nor is that skipped for good reason: %s', async (_, lines) => {
    expect(await found('commit-ahead', ...lines, ...committed)).toEqual(['commit-ahead 1 permitted orders-0 of g'])
    expect(await found('skipped', ...lines, ...committed)).toEqual(['skipped 1 permitted orders-0 of g'])
  })

  test('and elsewhere the group passed it', async () => {
    expect(await found('commit-ahead', ...committed)).toEqual(['commit-ahead 1 violation orders-0 of g'])
    expect(await found('skipped', ...committed)).toEqual(['skipped 1 violation orders-0 of g'])
  })

  const unworked = [...committed, processed('a', 'applied', { at: 60 }), effect('a', 1)]

  test.each(cases)('nor can its effect be demanded: %s', async (_, lines) => {
    expect(await found('effect-missing', ...lines, ...unworked)).toEqual(['effect-missing 1 permitted orders-0 of g'])
  })

  test('and elsewhere it can', async () => {
    expect(await found('effect-missing', ...unworked)).toEqual(['effect-missing 1 violation orders-0 of g'])
  })
})

describe('two groups that work', () => {
  const ofGroup = (group: string, more: readonly HistoryLine[]): readonly HistoryLine[] => [
    member({ group }), ...more.map(line => ({ ...line, group }))
  ]
  const both = (last: readonly HistoryLine[]): readonly HistoryLine[] => [
    ...written('a', 0), ...written('b', 1), audit(2),
    ...ofGroup('g', [assigned({ position: 0 }), delivered('a', 0, { at: 1000 }), processed('a', 'applied', { at: 1010 }), delivered('b', 1, { at: 1020 }), processed('b', 'applied', { at: 1030 }), effect('a', 1), effect('b', 1)]),
    ...ofGroup('h', [assigned({ position: 0 }), delivered('a', 0, { at: 1001 }), processed('a', 'applied', { at: 1011 }), delivered('b', 1, { at: 1021 }), ...last, effect('a', 1)])
  ]

  test('are each asked about their own work', async () => {
    expect(await findingsOf(...both([processed('b', 'dead-lettered', { at: 1031 })]))).toEqual([])
    expect(await findingsOf(...both([processed('b', 'failed', { at: 1031 })]))).toEqual(['effect-missing 1 violation orders-0 of h'])
  })
})

describe('a copy that no acknowledgement tells of', () => {
  // The first try of attempt 1 stands at 0, its retry was acknowledged at 2, and attempt 2 stands at 3.
  const story = [
    send('a', { producer: 'p2', at: 10 }), send('b', { at: 20 }), acknowledged('b', 1, { at: 30 }), logged('b', 1),
    send('a', { producer: 'p2', attempt: 2, at: 40 }), acknowledged('a', 2, { at: 50 }), logged('a', 0), logged('a', 2), logged('a', 3), audit(4)
  ]

  test('may be that of an acknowledged attempt, where the client may have written it twice', async () => {
    expect(await findingsOf(producer('p2', { idempotent: false }), ...story)).toEqual(['duplicated 1 permitted orders-0'])
  })

  test('is that of the other attempt, where it may not', async () => {
    expect(await found('stale-order', producer('p2', { idempotent: true }), ...story)).toEqual(['stale-order 1 violation orders-0'])
  })
})

describe('a compacted record', () => {
  // The record at offset 0 is gone; above it lies one of the same key, of a transaction.
  const story = (...phases: readonly string[]): readonly HistoryLine[] => [
    topic({ cleanupPolicy: 'compact' }), send('a', { key: 'k', at: 10 }), acknowledged('a', 0, { at: 20 }),
    transaction('t', 'begun', { producer: 'p2', at: 30 }), send('b', { producer: 'p2', key: 'k', transaction: 't', at: 40 }), acknowledged('b', 1, { at: 50 }),
    ...phases.map((phase, index) => transaction('t', phase, { producer: 'p2', at: 60 + index })), audit(3)
  ]

  test.each(['committing', 'indeterminate'])('may have given way to one of which nobody knows whether it counts (%s)', async phase => {
    expect(await findingsOf(...story(phase), logged('b', 1))).toEqual([])
    expect(await findingsOf(...story(phase))).toEqual([])
  })

  test('gives way to none that was aborted', async () => {
    expect(await findingsOf(...story('aborting', 'aborted'), logged('b', 1))).toEqual(['lost 1 violation orders-0'])
  })

  test('and one that was committed must not be gone itself', async () => {
    expect(await findingsOf(...story('committing', 'committed'), logged('b', 1))).toEqual([])
    expect(await findingsOf(...story('committing', 'committed'))).toEqual(['lost 1 violation orders-0'])
  })
})

test('the reason of a conflict names the same contract, whichever of the records was found first', async () => {
  const records = [logged('a', 0, { committed: true }), logged('b', 0, { committed: false })]
  const sends = [producer('p2', { acks: '1' }), topic({ minInsyncReplicas: 1 }), send('a', { at: 10 }), send('b', { producer: 'p2', at: 20 }), audit(1)]
  const [one] = await told('offset-conflict', ...sends, ...records)
  const [other] = await told('offset-conflict', ...sends, ...records.toReversed())

  expect(one).toMatchObject({ reason: 'acks=all (assumed), min ISR 1, unclean election off: an offset may have been written again' })
  expect(other!.reason).toBe(one!.reason)
})
