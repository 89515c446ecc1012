/** What took too long: outages, partitions and groups that never came back, and how long recovery took. */
import { describe, expect, test } from 'vitest'
import { recoveryOf } from '../../harness/checkers/index.ts'
import {
  acknowledged, assigned, audit, delivered, evidenceOf, fault, found, indeterminate, judgementOf, logged, producer, rejected, send, topic, transaction,
  type HistoryLine
} from '../histories.ts'

const objective = (unavailableMs: number): HistoryLine => ({ event: 'run', format: 1, run: 'r', objectives: { unavailableMs } })
const ms = (at: number): { readonly at: number } => ({ at: at * 1000 })
const nothing: readonly HistoryLine[] = [topic(), audit(0)]

describe('unavailable', () => {
  test('a send that waits longer than the objective is an outage', async () => {
    const story = [send('a', ms(0)), acknowledged('a', 0, ms(11))]
    expect(await found('unavailable', objective(10), ...story)).toEqual(['unavailable 1 objective orders-0'])
    expect(await found('unavailable', objective(11), ...story)).toEqual([])
    expect(await found('unavailable', ...story)).toEqual([])
    expect(await found('unavailable', objective(1), ...nothing)).toEqual([])
  })

  test('waiting goes over from one send to the next, and any acknowledgement ends it', async () => {
    const two = [send('a', ms(0)), send('b', ms(5)), rejected('a', ms(6)), acknowledged('b', 0, ms(12))]
    expect(await found('unavailable', objective(10), ...two)).toEqual(['unavailable 1 objective orders-0'])
    expect(await found('unavailable', objective(10), ...two, send('c', ms(3)), acknowledged('c', 1, ms(4)))).toEqual([])
  })

  test('time in which nobody waited does not count', async () => {
    expect(await found('unavailable', objective(10), send('a', ms(0)), acknowledged('a', 0, ms(6)), send('b', ms(100)), acknowledged('b', 1, ms(106)))).toEqual([])
    expect(await found('unavailable', objective(10), send('a', ms(0)), indeterminate('a', ms(6)), send('b', ms(7)), rejected('b', ms(13)))).toEqual([])
  })

  test('a silent send waits until its incarnation\'s last line', async () => {
    expect(await found('unavailable', objective(10), send('a', ms(0)))).toEqual([])
    expect(await found('unavailable', objective(10), send('a', ms(0)), send('b', { partition: 1, ...ms(11) }))).toEqual(['unavailable 1 objective orders-0'])
    expect(await found('unavailable', objective(10), send('a', ms(0)), send('b', { partition: 1, incarnation: 2, ...ms(11) }))).toEqual([])
    expect(await found('unavailable', objective(10), send('a', ms(0)), transaction('t', 'begun', ms(11)))).toEqual(['unavailable 1 objective orders-0'])
    expect(await found('unavailable', objective(10), send('a', ms(0)), producer('p1', ms(11)))).toEqual(['unavailable 1 objective orders-0'])
  })

  test('sends without a partition are left out', async () => {
    expect(await found('unavailable', objective(10), send('a', { partition: null, ...ms(0) }), indeterminate('a', ms(20)))).toEqual([])
  })

  test('it leaves safety alone', async () => {
    expect((await judgementOf(objective(10), send('a', ms(0)), acknowledged('a', 0, ms(11)), logged('a', 0), audit(1))).verdict).toBe('objective-missed')
  })
})

describe('stalled', () => {
  const healed = [fault('x', 'injected', { at: 10 }), fault('x', 'healed', { at: 50 })]

  test('after the last healing a partition acknowledges again', async () => {
    expect(await found('stalled', ...healed, send('a', { at: 60 }))).toEqual(['stalled 1 liveness orders-0'])
    expect(await found('stalled', ...healed, send('a', { at: 60 }), send('b', { at: 70 }), acknowledged('b', 0, { at: 80 }))).toEqual([])
    expect(await found('stalled', ...healed, send('a', { at: 50 }))).toEqual([])
    expect(await found('stalled', ...healed, send('a', { at: 60 }), rejected('a', { at: 70 }))).toEqual([])
    expect(await found('stalled', send('a', { at: 60 }))).toEqual([])
    expect(await found('stalled', ...nothing)).toEqual([])
  })

  test('a fault that is still in force may forbid progress, and one that did not bite may not', async () => {
    const another = (evidence?: string | false): HistoryLine => fault('y', 'injected', { at: 40, ...evidence === undefined ? {} : { evidence } })
    const story = [...healed, send('a', { at: 60 })]

    expect(await found('stalled', another('exit 137'), ...story)).toEqual([])
    expect(await found('stalled', another(), ...story)).toEqual([])
    expect(await found('stalled', another(false), ...story)).toEqual(['stalled 1 liveness orders-0'])
    expect(await found('stalled', another('exit 137'), fault('y', 'healed', { at: 45 }), ...story)).toEqual(['stalled 1 liveness orders-0'])
    expect(await found('stalled', ...story, fault('x', 'injected', { at: 70 }))).toEqual([])
    expect(await found('stalled', fault('y', 'injecting', { at: 40 }), ...story)).toEqual(['stalled 1 liveness orders-0'])
  })

  test('an acknowledgement of an earlier send does not count', async () => {
    expect(await found('stalled', ...healed, send('b', { at: 40 }), acknowledged('b', 0, { at: 90 }), send('a', { at: 60 }))).toEqual(['stalled 1 liveness orders-0'])
  })

  test('after the last healing a group receives what it is owed', async () => {
    const owed = [send('a', { at: 0 }), logged('a', 0), send('b', { at: 0 }), logged('b', 1), audit(2), assigned({ at: 1, position: 0 })]
    expect(await found('stalled', ...healed, ...owed)).toEqual(['stalled 1 liveness orders-0 of g'])
    expect(await found('stalled', ...healed, ...owed, delivered('a', 0, { at: 50 }))).toEqual(['stalled 1 liveness orders-0 of g'])
    expect(await found('stalled', ...healed, ...owed, delivered('a', 0, { at: 51 }))).toEqual([])
    expect(await found('stalled', ...healed, ...owed.slice(0, -2), audit(2, { complete: false }), assigned({ at: 1, position: 0 }))).toEqual([])
  })
})

describe('recovery', () => {
  const outage = [
    send('a', ms(0)), acknowledged('a', 0, ms(1)), send('b', ms(8)), fault('kill', 'injecting', ms(10)), fault('kill', 'injected', ms(11)), acknowledged('b', 1, ms(30)),
    fault('kill', 'healed', ms(40)), fault('cut', 'injected', ms(50))
  ]

  test('tells how long a partition was silent from each fault on', async () => {
    const evidence = await evidenceOf([...outage, send('c', ms(60))])
    expect(recoveryOf(evidence)).toEqual([
      { topic: 'orders', partition: 0, fault: 'kill', milliseconds: 20, recovered: true, stoppedAt: 10_000, resumedAt: 30_000 },
      { topic: 'orders', partition: 0, fault: 'cut', milliseconds: 0, recovered: true, stoppedAt: 50_000, resumedAt: null }
    ])
  })

  test('says where acknowledgements never came back', async () => {
    const evidence = await evidenceOf([...outage, send('c', ms(45)), indeterminate('c', ms(75))])
    expect(recoveryOf(evidence).find(({ fault: name }) => name === 'cut')).toMatchObject({ milliseconds: 25, recovered: false, resumedAt: null })
  })

  test('a partition has recovered where acknowledgements came back after all that waited had been given up', async () => {
    const evidence = await evidenceOf([...outage, send('c', ms(45)), indeterminate('c', ms(75)), send('d', ms(90)), acknowledged('d', 7, ms(91))])
    expect(recoveryOf(evidence).find(({ fault: name }) => name === 'cut')).toMatchObject({ milliseconds: 25, recovered: true, resumedAt: 91_000 })
  })

  test('it has resumed with the first that was acknowledged, not with one that was given up nor with a later one', async () => {
    const later = [send('e', ms(80)), rejected('e', ms(85)), send('d', ms(90)), acknowledged('d', 7, ms(91)), send('f', ms(92)), acknowledged('f', 8, ms(95))]
    const evidence = await evidenceOf([...outage, send('c', ms(45)), indeterminate('c', ms(75)), ...later])
    expect(recoveryOf(evidence).find(({ fault: name }) => name === 'cut')).toMatchObject({ milliseconds: 25, recovered: true, resumedAt: 91_000 })
  })

  test('without faults there is nothing to recover from', async () => {
    expect(recoveryOf(await evidenceOf([send('a')]))).toEqual([])
  })
})
