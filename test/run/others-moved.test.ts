/** Whether a member that ends costs the others of its group their partitions: histories of a few lines, times in seconds, in which c1 is killed at 100 and is back at 200. */
import { describe, expect, test } from 'vitest'
import { startOthersMoved, type OthersMoved } from '../../harness/run/others-moved.ts'
import { assigned, evidenceOf, member, producer, revoked, send, topic, type HistoryLine } from '../histories.ts'

/** In a second. */
const us = 1_000_000
const killed = { number: 1, fault: 'kill one consumer', whom: 'c1', clients: ['c1'], injectingAt: 100 * us }
const second = { partition: 1, member: 'c2' }

/** c1 owns partition 0, c2 partition 1; all leave at 1000. */
const measured = async (lines: readonly HistoryLine[], faults = [killed]): Promise<OthersMoved> => {
  const others = startOthersMoved(faults, 1000 * us)
  others.add(await evidenceOf([
    topic({ partitions: 2 }), producer('p1', { at: 0 }), member({ at: 0 }), member({ member: 'c2', at: 0 }),
    assigned({ at: 10 * us }), assigned({ at: 10 * us, position: 0 }), assigned({ at: 10 * us, ...second }),
    send('a', { at: 500 * us }), send('b', { at: 500 * us, partition: 1 }), ...lines
  ]))

  return others
}

const dies = revoked({ at: 101 * us })
const isBack = [assigned({ at: 205 * us }), assigned({ at: 205 * us, position: 3 })]

describe('after a member was killed', () => {
  test('nothing of others moves where it finds its own partition waiting', async () => {
    const others = await measured([dies, ...isBack])

    expect([others.count(), others.sentences(), others.possible()]).toEqual([0, [], true])
  })

  test('a rebalance that gives each its own back moves what others have', async () => {
    const again = [assigned({ at: 215 * us, ...second }), assigned({ at: 215 * us, position: 7, ...second })]
    const others = await measured([dies, revoked({ at: 210 * us, ...second }), ...again, ...isBack])

    expect(others.count()).toBe(2)
    expect(others.sentences()).toEqual([
      'After the fault "kill one consumer" (c1), partitions of others changed hands: c2 gave up or were given one 2 times, the first: c2 of g gave up orders-1 at 3:30.000.'
    ])
  })

  test('one that takes over what the dead had is given it', async () => {
    expect((await measured([dies, assigned({ at: 180 * us, member: 'c2' })])).count()).toBe(1)
  })

  test('what the killed one itself gives up and takes does not count, before it is back or after', async () => {
    expect((await measured([dies, ...isBack, revoked({ at: 300 * us }), assigned({ at: 310 * us })])).count()).toBe(0)
  })

  test('what moved before the blow, or when all were told to leave, does not count; what moved while they came to the end of their work does', async () => {
    const before = [revoked({ at: 50 * us, ...second }), assigned({ at: 60 * us, ...second })]

    expect((await measured([...before, dies, ...isBack, revoked({ at: 1001 * us, ...second })])).count()).toBe(0)
    expect((await measured([dies, ...isBack, revoked({ at: 999 * us, ...second })])).count()).toBe(1)
  })

  test('another group\'s partitions are not those of others', async () => {
    const elsewhere = { group: 'h', member: 'c3' }

    expect((await measured([dies, assigned({ at: 110 * us, ...elsewhere }), revoked({ at: 150 * us, ...elsewhere }), ...isBack])).count()).toBe(0)
  })
})

describe('a group that had not come to rest', () => {
  const late = { ...second, at: 110 * us }

  test('moves partitions of itself: a fault that comes too early shows nothing', async () => {
    const early = await measured([revoked({ at: 96 * us, ...second }), assigned({ at: 97 * us, ...second }), dies, revoked(late), ...isBack])
    const newcomer = await measured([member({ member: 'c3', at: 0 }), dies, revoked(late), assigned({ ...late, at: 111 * us, member: 'c3' }), ...isBack])

    expect([early.count(), early.possible()]).toEqual([0, false])
    expect([newcomer.count(), newcomer.possible()]).toEqual([0, false])
  })

  test('by a fault that came before has been moved by that', async () => {
    const tooSoon = { ...killed, number: 2, injectingAt: 206 * us }
    const others = await measured([dies, ...isBack, revoked({ at: 207 * us }), revoked({ at: 230 * us, ...second }), assigned({ at: 240 * us })], [killed, tooSoon])

    expect([others.count(), others.possible()]).toEqual([1, true])
  })
})

describe('of one fault after the other', () => {
  const again = { ...killed, number: 2, whom: 'c2', clients: ['c2'], injectingAt: 204 * us }

  test('the first victim may still return after the second blow, and is one of the others from then on', async () => {
    const returning = await measured([dies, revoked({ at: 204 * us, ...second }), ...isBack, assigned({ at: 300 * us, ...second })], [killed, again])
    const disturbed = await measured(
      [dies, revoked({ at: 204 * us, ...second }), ...isBack, revoked({ at: 290 * us }), assigned({ at: 300 * us }), assigned({ at: 300 * us, ...second })], [killed, again]
    )

    expect(returning.count()).toBe(0)
    expect(disturbed.sentences()).toEqual([expect.stringContaining('(c2), partitions of others changed hands: c1 gave up or were given one 2 times')])
  })
})

test('what a member never had, and takes when another is hit, it was given, though it had been hit itself before', async () => {
  const again = { ...killed, number: 2, whom: 'c2', clients: ['c2'], injectingAt: 300 * us }
  const taken = await measured([dies, ...isBack, revoked({ at: 300 * us, ...second }), assigned({ ...second, at: 345 * us, member: 'c1' })], [killed, again])

  expect(taken.sentences()).toEqual([expect.stringContaining('c1 gave up or were given one 1 times')])
})

test('after a fault that hit no member, moves are that one\'s doing', async () => {
  const broker = { ...killed, number: 2, whom: 'broker 1', clients: [], injectingAt: 300 * us }
  const moves = [dies, ...isBack, revoked({ at: 310 * us, ...second }), assigned({ at: 320 * us, ...second })]

  expect((await measured(moves, [killed, broker])).count()).toBe(0)
  expect((await measured(moves)).count()).toBe(2)
})

test('where nobody else owned anything, or the victim owned nothing, or no member was hit, nothing could be shown', async () => {
  const alone = startOthersMoved([killed], 1000 * us)
  alone.add(await evidenceOf([topic(), producer('p1', { at: 0 }), member({ at: 0 }), assigned({ at: 10 * us }), send('a', { at: 1000 * us }), dies, ...isBack]))

  expect(alone.possible()).toBe(false)
  expect((await measured([revoked({ at: 20 * us }), dies])).possible()).toBe(false)
  expect((await measured([], [{ ...killed, clients: ['p1'] }])).possible()).toBe(false)
  expect(startOthersMoved([], 1000 * us).sentences()).toEqual([])
})
