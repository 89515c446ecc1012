/** How what checkers find is counted, put together from parts, and put in order. */
import { describe, expect, test } from 'vitest'
import { because } from '../../harness/checkers/checker.ts'
import { joinedFindings, nowhere, sortFindings, tally, type Found } from '../../harness/checkers/tally.ts'
import type { Finding } from '../../harness/model/judgement.ts'
import { inShort } from '../histories.ts'

const places = {
  topics: [{ name: 'orders' }, { name: 'payments' }] as never,
  partitions: [{ topic: 0, partition: 0 }, { topic: 0, partition: 1 }, { topic: 1, partition: null }],
  groups: ['billing', 'shipping']
}
const one = (more: Partial<Found> = {}): Found =>
  ({ anomaly: 'lost', level: 'violation', partition: 0, reason: because('why'), witness: () => ({ id: 'a', offset: 1, at: 2 }), ...more })

const foundBy = (all: readonly Found[], more: object = {}): readonly Finding[] => {
  const found = tally({ ...places, ...more }, 2)
  for (const each of all) found.add(each)

  return found.findings()
}

describe('what is found', () => {
  test('is one finding for each anomaly, level, partition and group', () => {
    const different = [one(), one({ anomaly: 'vanished' }), one({ level: 'permitted' }), one({ partition: 1 }), one({ group: 1 })]

    expect(foundBy([...different, ...different]).map(inShort)).toEqual([
      'lost 2 violation orders-0', 'vanished 2 violation orders-0', 'lost 2 permitted orders-0', 'lost 2 violation orders-1', 'lost 2 violation orders-0 of shipping'
    ])
  })

  test('has no topic, partition or group where it belongs to none, and only a topic where the partition is not known', () => {
    expect(foundBy([one({ partition: nowhere }), one({ partition: 2, group: 0 })])).toMatchObject([
      { topic: null, partition: null, group: null }, { topic: 'payments', partition: null, group: 'billing' }
    ])
  })

  test('adds up counts, and is 1 where nothing else is said', () => {
    expect(foundBy([one({ count: 4 }), one(), one({ count: 3 })])).toMatchObject([{ count: 8 }])
  })

  test('names the first few witnesses, and does not make the others', () => {
    const named = (id: string) => one({ witness: () => ({ id, offset: null, at: null }) })
    const never = one({ witness: () => { throw new Error('nobody needs it') } })

    expect(foundBy([one({ witness: null }), named('a'), named('b'), never])).toMatchObject([{ count: 4, witnesses: [{ id: 'a' }, { id: 'b' }] }])
    expect(foundBy([one({ witness: null })])).toMatchObject([{ count: 1, witnesses: [] }])
  })

  test('tells three reasons at most, each once', () => {
    const reason = (cause: string, words: string) => one({ reason: { cause, words: () => words } })

    expect(foundBy(['a', 'b', 'a', 'c', 'd'].map(each => one({ reason: because(each) })))).toMatchObject([{ reason: 'a; b; c' }])
    expect(foundBy([reason('p1', 'acks=1'), reason('p2', 'acks=1'), reason('p1', 'never asked again')])).toMatchObject([{ reason: 'acks=1' }])
  })

  test('in a part of the evidence, counts only in the partitions that are wholly there, and where it belongs to none', () => {
    const all = [one(), one({ partition: 1 }), one({ partition: nowhere })]

    expect(foundBy(all, { within: new Set([1]) }).map(inShort)).toEqual(['lost 1 violation orders-1', 'lost 1 violation'])
    expect(foundBy(all)).toHaveLength(3)
  })
})

const finding = (more: Partial<Finding> = {}): Finding => ({
  anomaly: 'lost', level: 'violation', count: 1, reason: 'why', topic: 'orders', partition: 0, group: null, witnesses: [], ...more
})

describe('findings of several parts', () => {
  test('are joined where everything that keys them is the same', () => {
    const others: readonly Partial<Finding>[] = [{ anomaly: 'vanished' }, { level: 'permitted' }, { topic: 'payments' }, { partition: 1 }, { group: 'billing' }]
    const all = [finding(), ...others.map(finding)]

    expect(joinedFindings(all, 9)).toEqual(all)
    expect(joinedFindings([...all, ...all], 9)).toEqual(all.map(each => ({ ...each, count: 2 })))
  })

  test('add up their counts, tell each reason once, and name the first few witnesses', () => {
    const witness = (id: string) => ({ id, offset: null, at: null })
    const left = finding({ count: 5, reason: 'one', witnesses: [witness('a'), witness('b')] })
    const right = finding({ count: 2, reason: 'other', witnesses: [witness('c'), witness('d')] })

    expect(joinedFindings([left, right], 3)).toEqual([finding({ count: 7, reason: 'one; other', witnesses: [witness('a'), witness('b'), witness('c')] })])
    expect(joinedFindings([left, { ...right, reason: 'one' }], 9)).toMatchObject([{ reason: 'one', witnesses: [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }] }])
  })
})

describe('the order of findings', () => {
  const sorted: readonly Finding[] = [
    finding({ anomaly: 'lost', partition: null, topic: null }),
    finding({ anomaly: 'lost', partition: null }),
    finding({ anomaly: 'lost', partition: 0 }),
    finding({ anomaly: 'lost', partition: 0, group: 'billing' }),
    finding({ anomaly: 'lost', partition: 0, group: 'shipping' }),
    finding({ anomaly: 'lost', partition: 1 }),
    finding({ anomaly: 'lost', partition: 10, group: 'billing' }),
    finding({ anomaly: 'lost', partition: 0, topic: 'payments' }),
    finding({ anomaly: 'vanished', partition: 0 }),
    finding({ anomaly: 'inconclusive', level: 'inconclusive' }),
    finding({ anomaly: 'stalled', level: 'liveness' }),
    finding({ anomaly: 'unavailable', level: 'objective' }),
    finding({ anomaly: 'lost', level: 'permitted' }),
    finding({ anomaly: 'unfounded', level: 'information' })
  ]

  test('is that of levels, then of anomalies, topics, partitions and groups, and what belongs to none comes first', () => {
    expect(sortFindings(sorted)).toEqual(sorted)
    expect(sortFindings(sorted.toReversed())).toEqual(sorted)
    for (let turn = 1; turn < sorted.length; turn++) expect(sortFindings([...sorted.slice(turn), ...sorted.slice(0, turn)])).toEqual(sorted)
  })
})
