/** Stretches without an acknowledgement while somebody waits: where they begin and end, and what outages and recoveries make of them. */
import { describe, expect, test } from 'vitest'
import { visitGaps, type AcknowledgementGap } from '../../harness/checkers/acknowledgement-gaps.ts'
import { recoveryOf } from '../../harness/checkers/index.ts'
import {
  acknowledged, evidenceOf, fault, found, indeterminate, judgementOf, leader, logged, producer, rejected, send, type HistoryLine
} from '../histories.ts'

const gapsOf = async (lines: readonly HistoryLine[], partition = 0): Promise<readonly AcknowledgementGap[]> => {
  const evidence = await evidenceOf(lines)
  const gaps: AcknowledgementGap[] = []
  visitGaps(evidence, evidence.partitions.findIndex(place => place.partition === partition), gap => gaps.push({ ...gap }))

  return gaps
}

const waiting = (id: string, from: number, more = {}): HistoryLine => send(id, { at: from, ...more })
const there = (id: string, at: number): HistoryLine => acknowledged(id, null, { at })
const ended = (from: number, to: number): AcknowledgementGap => ({ from, to, acknowledged: true })
const unended = (from: number, to: number): AcknowledgementGap => ({ from, to, acknowledged: false })

describe('a stretch without acknowledgements', () => {
  test('goes from the send, or the acknowledgement before, to the next acknowledgement', async () => {
    expect(await gapsOf([waiting('a', 0), there('a', 3), waiting('b', 2), there('b', 20)])).toEqual([ended(0, 3), ended(3, 20)])
    expect(await gapsOf([waiting('a', 0), there('a', 3), waiting('b', 5), there('b', 20)])).toEqual([ended(0, 3), ended(5, 20)])
  })

  test('is cut by acknowledgements in the order of time, not of sends', async () => {
    expect(await gapsOf([waiting('a', 0), waiting('b', 1), there('b', 5), there('a', 20)])).toEqual([ended(0, 5), ended(5, 20)])
  })

  test('has a length: acknowledgements at one time end one', async () => {
    expect(await gapsOf([waiting('a', 0), waiting('b', 0), there('a', 5), there('b', 5)])).toEqual([ended(0, 5)])
    expect(await gapsOf([waiting('a', 7), there('a', 7)])).toEqual([])
    expect(await gapsOf([waiting('a', 7), rejected('a', { at: 7 })])).toEqual([])
  })

  test('ends without an acknowledgement when nobody waits any more', async () => {
    expect(await gapsOf([waiting('a', 0), rejected('a', { at: 6 })])).toEqual([unended(0, 6)])
    expect(await gapsOf([waiting('a', 0), waiting('b', 1), there('a', 4), indeterminate('b', { at: 9 })])).toEqual([ended(0, 4), unended(4, 9)])
  })

  test('goes on where one waits from the moment at which the last one stopped', async () => {
    expect(await gapsOf([waiting('a', 0), rejected('a', { at: 10 }), waiting('b', 10), there('b', 20)])).toEqual([ended(0, 20)])
    expect(await gapsOf([waiting('a', 0), rejected('a', { at: 10 }), waiting('b', 11), there('b', 20)])).toEqual([unended(0, 10), ended(11, 20)])
  })

  test('lasts as long as the longest wait in it', async () => {
    expect(await gapsOf([waiting('a', 0), rejected('a', { at: 30 }), waiting('b', 1), rejected('b', { at: 5 }), waiting('c', 20), there('c', 25)]))
      .toEqual([ended(0, 25), unended(25, 30)])
  })

  test('of a silent send lasts until its incarnation\'s last line', async () => {
    expect(await gapsOf([waiting('a', 5), producer('p1', { at: 40 })])).toEqual([unended(5, 40)])
  })

  test('is of one partition', async () => {
    const lines = [
      waiting('a', 0), there('a', 3), waiting('b', 1), indeterminate('b', { at: 9 }),
      waiting('c', 2, { partition: 1 }), there('c', 6), waiting('d', 5, { partition: 1 }), there('d', 30)
    ]
    expect(await gapsOf(lines)).toEqual([ended(0, 3), unended(3, 9)])
    expect(await gapsOf(lines, 1)).toEqual([ended(2, 6), ended(6, 30)])
    expect(await gapsOf([...lines, leader(1, { partition: 2, at: 1 })], 2)).toEqual([])
  })
})

describe('an outage', () => {
  const objective: HistoryLine = { event: 'run', format: 1, run: 'r', objectives: { unavailableMs: 10 } }
  const ms = (at: number): number => at * 1000

  test('is told with its length, the objective, and from when to when', async () => {
    const { findings } = await judgementOf(objective, waiting('a', ms(1)), there('a', ms(12.5)), logged('a', 0))

    expect(findings.find(({ anomaly }) => anomaly === 'unavailable')).toEqual({
      anomaly: 'unavailable', level: 'objective', count: 1, reason: '11.5 ms without an acknowledgement while sends waited; the objective is 10 ms',
      topic: 'orders', partition: 0, group: null, witnesses: [{ id: null, offset: null, at: 1000, note: 'until 12500' }]
    })
  })

  test('is the longest of a partition, and the first of equals', async () => {
    const lines = [
      waiting('a', ms(100)), there('a', ms(112)), waiting('b', ms(200)), there('b', ms(220)), waiting('c', ms(300)), there('c', ms(320)), waiting('d', ms(400)), there('d', ms(411)),
      waiting('e', ms(500), { partition: 1 }), there('e', ms(530))
    ]
    const { findings } = await judgementOf(objective, ...lines)

    expect(findings.filter(({ anomaly }) => anomaly === 'unavailable').flatMap(({ witnesses }) => witnesses).map(({ at, note }) => `${at} ${note}`))
      .toEqual(['200000 until 220000', '500000 until 530000'])
  })

  test('ends where somebody else is acknowledged, and goes on from one who waits to the next', async () => {
    expect(await found('unavailable', objective, waiting('a', 0), rejected('a', { at: ms(6) }), waiting('b', ms(6)), there('b', ms(12)))).toEqual(['unavailable 1 objective orders-0'])
    expect(await found('unavailable', objective, waiting('a', 0), rejected('a', { at: ms(6) }), waiting('b', ms(6) + 1), there('b', ms(12)))).toEqual([])
  })
})

describe('a recovery', () => {
  const recoveries = async (...lines: readonly HistoryLine[]) =>
    recoveryOf(await evidenceOf(lines)).map(({ fault: name, partition, stoppedAt, resumedAt, recovered, milliseconds }) =>
      `${name} on ${partition}: ${stoppedAt} to ${resumedAt}, ${milliseconds} ms${recovered ? '' : ', not recovered'}`)

  test('is measured from each beginning of a fault, announced or not', async () => {
    const again = [
      fault('x', 'injecting', { at: 10 }), fault('x', 'injected', { at: 20 }), fault('x', 'healed', { at: 30 }), fault('x', 'injected', { at: 40 }), fault('x', 'healing', { at: 50 }),
      fault('x', 'healed', { at: 60 }), fault('x', 'injecting', { at: 70 })
    ]
    expect(await recoveries(...again, waiting('a', 0), there('a', 1))).toEqual([
      'x on 0: 10 to null, 0 ms', 'x on 0: 40 to null, 0 ms', 'x on 0: 70 to null, 0 ms'
    ])
  })

  test('is the longest silence in the time of a fault, and the first of equals', async () => {
    const lines = [waiting('a', 2000), there('a', 3000), waiting('b', 4000), there('b', 7000), waiting('c', 8000), there('c', 11_000)]
    expect(await recoveries(fault('x', 'injected', { at: 1000 }), ...lines)).toEqual(['x on 0: 4000 to 7000, 3 ms'])
  })

  test('takes the part of a silence that comes after the fault began, for each fault that began in it', async () => {
    const lines = [waiting('a', 1000), there('a', 9000)]
    expect(await recoveries(fault('x', 'injected', { at: 0 }), fault('y', 'injected', { at: 5000 }), fault('z', 'injected', { at: 9000 }), ...lines))
      .toEqual(['x on 0: 1000 to 9000, 8 ms', 'y on 0: 5000 to 9000, 4 ms', 'z on 0: 9000 to null, 0 ms'])
  })

  test('a silence that begins with the next fault, or later, belongs to that one alone', async () => {
    const faults = [fault('x', 'injected', { at: 1000 }), fault('y', 'injected', { at: 5000 })]
    expect(await recoveries(...faults, waiting('a', 5000), there('a', 6000), waiting('b', 7000), there('b', 9000))).toEqual(['x on 0: 1000 to null, 0 ms', 'y on 0: 7000 to 9000, 2 ms'])
    expect(await recoveries(...faults, waiting('a', 5000), there('a', 6000))).toEqual(['x on 0: 1000 to null, 0 ms', 'y on 0: 5000 to 6000, 1 ms'])
    expect(await recoveries(...faults, waiting('a', 4999), there('a', 6000))).toEqual(['x on 0: 4999 to 6000, 1.001 ms', 'y on 0: 5000 to 6000, 1 ms'])
  })

  test('did not come where the silence ended without an acknowledgement', async () => {
    expect(await recoveries(fault('x', 'injected', { at: 1000 }), waiting('a', 1500), rejected('a', { at: 4000 }))).toEqual(['x on 0: 1500 to null, 2.5 ms, not recovered'])
  })

  test('is told of the partitions with sends whose number is known', async () => {
    const lines = [waiting('a', 1000, { partition: 1 }), there('a', 2000), waiting('b', 1000, { partition: null }), leader(1, { at: 1, partition: 2 })]
    expect(await recoveries(fault('x', 'injected', { at: 0 }), ...lines)).toEqual(['x on 1: 1000 to 2000, 1 ms'])
  })
})
