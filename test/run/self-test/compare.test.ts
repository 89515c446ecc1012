/** What was planted against what was found: each way in which the two can differ has its own sentence. */
import { describe, expect, it } from 'vitest'
import type { Finding, Judgement } from '../../../harness/model/judgement.ts'
import { compare } from '../../../harness/run/self-test/compare.ts'
import type { Planted } from '../../../harness/run/self-test/plant.ts'
import type { Planting } from '../../../harness/run/self-test/planting.ts'

const counts = { sent: 0, acknowledged: 0, rejected: 0, indeterminate: 0, logged: 0, delivered: 0, lost: 0, duplicated: 0, redelivered: 0 }

const judgement = (...findings: readonly Partial<Finding>[]): Judgement => ({
  counts,
  verdict: 'refuted',
  findings: findings.map(finding =>
    ({ anomaly: 'lost', level: 'violation', count: 1, reason: '', topic: 'orders', partition: 0, group: null, witnesses: [], ...finding }))
})

const planted = (planting: Partial<Planting>): Planted => ({
  mutation: { name: 'drop', needs: '', plant: () => undefined },
  planting: { entries: [], anomalies: [{ anomaly: 'lost', count: 1, topic: 'orders', partition: 0, group: null }], ...planting }
})

const failures = (mutated: Judgement, baseline: Judgement = judgement(), plantings: readonly Planted[] = [planted({})]): readonly string[] =>
  compare(plantings, { baseline, mutated }).failures

describe('comparing what was planted with what was found', () => {
  it('is content with exactly that', () => {
    expect(compare([planted({})], { baseline: judgement(), mutated: judgement({}) })).toEqual({
      failures: [], planted: [{ mutation: 'drop', anomaly: 'lost', planted: 1, noticed: 1 }]
    })
  })

  it('counts what was found before out, at all levels together', () => {
    expect(failures(judgement({ count: 3 }, { level: 'permitted', count: 2 }), judgement({ count: 4 }))).toEqual([])
  })

  it('names an anomaly that was not noticed', () => {
    expect(failures(judgement())).toEqual(['"lost" in orders-0: 1 was planted (by drop), but none was found.'])
  })

  it('names a wrong count', () => {
    expect(failures(judgement({ count: 3 }))).toEqual(['"lost" in orders-0: 1 was planted (by drop), but 3 more were found.'])
  })

  it('names an anomaly that nobody planted', () => {
    expect(failures(judgement({}, { anomaly: 'skipped', group: 'g' }))).toEqual(['"skipped" in orders-0 for g: nothing was planted, but 1 more was found.'])
  })

  it('names an anomaly that went away', () => {
    expect(failures(judgement({}), judgement({ anomaly: 'reordered' }))).toEqual(['"reordered" in orders-0: nothing was planted, but 1 fewer were found.'])
  })

  it('does not take a finding in another partition for the planted one', () => {
    expect(failures(judgement({ partition: 1 }))).toHaveLength(2)
  })

  it('lets a declared side effect rise, where it was declared', () => {
    const stalled = planted({ sideEffects: [{ anomaly: 'stalled', topic: 'orders', partition: 0, group: 'g' }] })

    expect(failures(judgement({}, { anomaly: 'stalled', group: 'g' }), judgement(), [stalled])).toEqual([])
    expect(failures(judgement({}, { anomaly: 'stalled', group: 'h' }), judgement(), [stalled])).toHaveLength(1)
  })

  it('shares what rose among mutations that plant the same', () => {
    const rows = compare([planted({}), planted({})], { baseline: judgement(), mutated: judgement({}) })

    expect(rows.planted).toEqual([{ mutation: 'drop', anomaly: 'lost', planted: 2, noticed: 1 }])
    expect(rows.failures).toEqual(['"lost" in orders-0: 2 were planted (by drop), but 1 more was found.'])
  })
})
