/** What stays silent after everything was healed: which sends and records count, and what a person is told. */
import { describe, expect, test } from 'vitest'
import { acknowledged, assigned, audit, delivered, fault, found, judgementOf, logged, rejected, send, type HistoryLine } from '../histories.ts'

const healed = [fault('x', 'injected', { at: 10 }), fault('x', 'healed', { at: 50 })]
const findingOf = async (...lines: readonly HistoryLine[]) => (await judgementOf(...lines)).findings.find(({ anomaly }) => anomaly === 'stalled')

describe('a stalled partition', () => {
  test('is told with the first send after the last healing that was not rejected', async () => {
    const sends = [
      send('before', { at: 40 }), send('no', { at: 55 }), rejected('no', { at: 56 }), send('first', { at: 60 }), send('later', { at: 70 }), send('elsewhere', { at: 80, partition: 1 }),
      acknowledged('elsewhere', 0, { at: 90 })
    ]
    expect(await findingOf(...healed, ...sends)).toEqual({
      anomaly: 'stalled', level: 'liveness', count: 1, reason: 'no send was acknowledged after the last fault had healed', topic: 'orders', partition: 0, group: null,
      witnesses: [{ id: 'first', offset: null, at: 60 }]
    })
  })

  test('is judged from the last of several healings', async () => {
    const another = [fault('y', 'injected', { at: 20 }), fault('y', 'healed', { at: 100 })]

    expect(await found('stalled', ...healed, ...another, send('a', { at: 60 }))).toEqual([])
    expect(await found('stalled', ...healed, ...another, send('a', { at: 101 }))).toEqual(['stalled 1 liveness orders-0'])
  })

  test('is judged from a healing, whatever was announced or undone after it', async () => {
    expect(await found('stalled', ...healed, send('a', { at: 60 }), fault('y', 'injecting', { at: 100 }))).toEqual(['stalled 1 liveness orders-0'])
    expect(await found('stalled', ...healed, send('a', { at: 60 }), fault('y', 'injected', { at: 100, evidence: false }))).toEqual(['stalled 1 liveness orders-0'])
    expect(await found('stalled', fault('y', 'injected', { at: 10, evidence: false }), send('a', { at: 60 }))).toEqual([])
  })

  test('is one whose number is known', async () => {
    expect(await found('stalled', ...healed, send('a', { at: 60, partition: null }))).toEqual([])
  })

  test('is no other than that which stays silent', async () => {
    expect(await found('stalled', ...healed, send('a', { at: 60 }), acknowledged('a', 0, { at: 61 }), send('b', { at: 60, partition: 1 }))).toEqual(['stalled 1 liveness orders-1'])
  })
})

const owed = [
  send('a', { at: 0 }), logged('a', 0), send('b', { at: 0 }), logged('b', 1), send('c', { at: 0 }), logged('c', 2), audit(3), assigned({ at: 1, position: 0 }), delivered('a', 0, { at: 40 })
]

test('a group is stalled only where something was healed', async () => {
  expect(await found('stalled', ...owed)).toEqual([])
  expect(await found('stalled', ...healed, ...owed.slice(0, -1))).toEqual(['stalled 1 liveness orders-0 of g'])
  expect(await found('stalled', ...healed, ...owed, delivered('b', 1, { at: 51 }))).toEqual([])
})

test('a stalled group is told with the first record that waits for it', async () => {
  expect(await findingOf(...healed, ...owed)).toEqual({
    anomaly: 'stalled', level: 'liveness', count: 1, reason: 'the group received nothing after the last fault had healed, and records wait for it',
    topic: 'orders', partition: 0, group: 'g', witnesses: [{ id: 'b', offset: 1, at: null }]
  })
})
