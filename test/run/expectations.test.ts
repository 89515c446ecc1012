/** What a control had to show, against what was found: what is missing, or beyond it, refutes; where nothing was tried, or no fault bit, nothing was shown. */
import { expect, test } from 'vitest'
import { checkExpectations } from '../../harness/run/expectations.ts'
import { weigh, type Weighing } from '../../harness/run/verdict.ts'
import { expecting, fault, finding, judgement, run } from './weighing.ts'

const expected = { anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' } as const
test('a control that shows its loss is upheld', () => {
  const found = judgement(finding('lost', 'permitted'))
  const expectations = checkExpectations([expected], expecting(found))

  expect(weigh(run({ control: true, judgement: found, expectations })).verdict).toBe('upheld')
})

test('a control that does not show its loss is refuted', () => {
  const expectations = checkExpectations([expected], expecting(judgement()))

  expect(weigh(run({ control: true, expectations })).verdict).toBe('refuted')
})

test('a control whose loss is among records that no fault met is refuted', () => {
  const found = judgement(finding('lost', 'permitted', ['p1:1', 'p1:2']))
  const [report] = checkExpectations([expected], expecting(found, id => id === 'p1:1'))

  expect(report).toMatchObject({ met: false, reason: expect.stringContaining('p1:2') as string })
})

test('a control that must show what kills cut off is refuted by a skip that they did not cause', () => {
  const skipped = { anomaly: 'skipped', level: 'permitted', atLeast: 1, among: 'killed' } as const
  const found = judgement(finding('skipped', 'permitted', ['p1:1', 'p1:2']))
  const met = (...ids: readonly string[]): boolean | undefined => checkExpectations([skipped], { ...expecting(found), killed: new Set(ids) })[0]?.met

  expect(met('p1:1', 'p1:2')).toBe(true)
  expect(met('p1:1')).toBe(false)
})

test.each(['interrupted', 'redelivered', 'failed'] as const)('a control about records that were %s is refuted by any other', among => {
  const repeated = { anomaly: 'effect-repeated', level: 'permitted', atLeast: 1, among } as const
  const found = judgement(finding('effect-repeated', 'permitted', ['p1:1', 'p1:2']))
  const met = (...ids: readonly string[]): boolean | undefined => checkExpectations([repeated], { ...expecting(found), [among]: new Set(ids) })[0]?.met

  expect(met('p1:1', 'p1:2')).toBe(true)
  expect(met('p1:1')).toBe(false)
})

test('a control whose partitions stop at what nobody can work on is refuted by records that wait elsewhere', () => {
  const behind = { anomaly: 'undelivered', level: 'liveness', atLeast: 1, group: 'billing', among: 'behind-failed' } as const
  const found = judgement({ ...finding('undelivered', 'liveness', ['p1:1', 'p1:2']), group: 'billing' })
  const verdict = (...ids: readonly string[]): string =>
    weigh(run({ control: true, judgement: found, expectations: checkExpectations([behind], { ...expecting(found), behindFailed: new Set(ids) }) })).verdict

  expect([verdict('p1:1', 'p1:2'), verdict('p1:1')]).toEqual(['upheld', 'refuted'])
})

test('a violation beyond what a control expects refutes it', () => {
  const found = judgement(finding('lost', 'permitted'), finding('reordered', 'violation'))
  const expectations = checkExpectations([expected], expecting(found))

  expect(weigh(run({ control: true, judgement: found, expectations })).verdict).toBe('refuted')
})

test('a violation in another group than the one that a control names refutes it', () => {
  const expectation = { anomaly: 'skipped', level: 'violation', atLeast: 1, among: 'any', group: 'billing' } as const
  const verdict = (...groups: readonly string[]): string => {
    const found = judgement(...groups.map(group => ({ ...finding('skipped', 'violation'), group })))

    return weigh(run({ control: true, judgement: found, expectations: checkExpectations([expectation], expecting(found)) })).verdict
  }

  expect(verdict('billing')).toBe('upheld')
  expect(verdict('billing', 'shipping')).toBe('refuted')
})

test('a control that must be warned of a weak setting is upheld by the warning, and refuted without it', () => {
  const warned = { danger: 'orders has one replica' } as const
  const verdict = (...dangers: readonly string[]): string =>
    weigh(run({ control: true, judgement: judgement(), expectations: checkExpectations([warned], { ...expecting(judgement()), dangers }) })).verdict

  expect(verdict('orders has one replica: with its broker, its records are gone.')).toBe('upheld')
  expect(verdict('payments has one replica: with its broker, its records are gone.')).toBe('refuted')
  expect(verdict()).toBe('refuted')
})

test('a control whose sends must fail under a fault is upheld by those that did, and refuted by too few', () => {
  const verdict = (outcome: 'failed' | 'rejected' | 'indeterminate', rejected: number, indeterminate: number): string => {
    const expectations = checkExpectations([{ outcome, atLeast: 2 }], { ...expecting(judgement()), failedSends: { rejected, indeterminate } })

    return weigh(run({ control: true, judgement: judgement(), expectations })).verdict
  }

  expect([verdict('failed', 2, 0), verdict('failed', 0, 2), verdict('failed', 1, 1), verdict('rejected', 2, 0), verdict('indeterminate', 0, 2)]).toEqual(Array(5).fill('upheld'))
  expect([verdict('failed', 1, 0), verdict('rejected', 1, 9), verdict('indeterminate', 9, 1)]).toEqual(Array(3).fill('refuted'))
})

test('a control that shows too little refutes nothing where its fault did not bite, or the run was stopped before', () => {
  const expectations = checkExpectations([expected], expecting(judgement()))
  const verdict = (changes: Partial<Weighing>): string => weigh(run({ control: true, expectations, ...changes })).verdict

  expect(verdict({})).toBe('refuted')
  expect(verdict({ faults: [fault({ bit: false, evidence: ['2 of 3 nodes could not be paused'] })] })).toBe('vacuous')
  expect(verdict({ faults: [] })).toBe('vacuous')
  expect(verdict({ faults: [], cutShort: true })).toBe('inconclusive')
})

test('where nobody tried what others are kept from, nothing was shown; where it was acknowledged, or no send failed that had to, the claim is refuted', () => {
  const verdict = (outcome: 'fenced' | 'late-commits' | 'failed', acknowledged = 0): string => {
    const found = { ...expecting(judgement()), fencedSends: { refused: 0, acknowledged }, lateCommits: { refused: 0, acknowledged } }

    return weigh(run({ control: true, expectations: checkExpectations([{ outcome, atLeast: 1 }], found) })).verdict
  }

  expect([verdict('fenced'), verdict('fenced', 1), verdict('failed')]).toEqual(['vacuous', 'refuted', 'refuted'])
  expect([verdict('late-commits'), verdict('late-commits', 1)]).toEqual(['vacuous', 'refuted'])
})

test('a control that ended early is not held to what it had no time to show', () => {
  const expectations = checkExpectations([expected], expecting(judgement()))
  const early = { control: true, endedEarly: 'The load was ended early by --fail-fast: 1 copy too many.', expectations }

  expect(weigh(run(early)).verdict).toBe('inconclusive')
  expect(weigh(run({ ...early, judgement: judgement(finding('duplicated', 'violation')) })).verdict).toBe('refuted')
})

test('a loss in another topic than the one that a control names refutes it, and is none of those that it must show', () => {
  const expectation = { anomaly: 'lost', level: 'violation', atLeast: 1, among: 'any', topic: 'orders' } as const
  const verdict = (...topics: readonly (string | null)[]): string => {
    const found = judgement(...topics.map(topic => ({ ...finding('lost', 'violation'), topic })))

    return weigh(run({ control: true, judgement: found, expectations: checkExpectations([expectation], expecting(found)) })).verdict
  }

  expect(verdict('orders')).toBe('upheld')
  expect(verdict('orders', 'payments')).toBe('refuted')
  expect(verdict('orders', null)).toBe('refuted')
  expect(checkExpectations([expectation], expecting(judgement({ ...finding('lost', 'violation'), topic: 'payments' })))[0]).toMatchObject({ met: false, found: 0 })
})

test.each([
  ['fenced', (refused: number) => ({ fencedSends: { refused, acknowledged: 0 } })], ['late-commits', (refused: number) => ({ lateCommits: { refused, acknowledged: 0 } })],
  ['read-aborted', (abortedReads: number) => ({ abortedReads })], ['others-moved', (othersMoved: number) => ({ othersMoved })]
] as const)('a control that must show what was %s is upheld by enough of it, and refuted by too little', (outcome, found) => {
  const met = (count: number): boolean | undefined => checkExpectations([{ outcome, atLeast: 2 }], { ...expecting(judgement()), ...found(count) })[0]?.met

  expect([met(2), met(1)]).toEqual([true, false])
})

test('of what a fenced producer sent is told no more than is known: a timeout is no refusal', () => {
  const told = (refused: number): string | undefined =>
    checkExpectations([{ outcome: 'fenced', atLeast: 2 }], { ...expecting(judgement()), fencedSends: { refused, acknowledged: 0 } })[0]?.reason

  expect(told(2)).toBe('2 sends of producers whose transactional id another had taken over were not acknowledged, as expected.')
  expect(told(1)).toContain('had to show at least 2 sends of fenced producers that are not acknowledged')
})

test('a control whose sends must fail permits no violation', () => {
  const found = { ...judgement(finding('lost', 'violation')), counts: { ...judgement().counts, rejected: 5 } }
  const expectations = checkExpectations([{ outcome: 'failed', atLeast: 1 }], { ...expecting(found), failedSends: { rejected: 5, indeterminate: 0 } })

  expect(weigh(run({ control: true, judgement: found, expectations })).verdict).toBe('refuted')
})

test('a control that must stop a group is not stalled by that, and is by any other', () => {
  const stuck = { ...finding('undelivered', 'liveness'), group: 'billing' }
  const expectations = checkExpectations([{ anomaly: 'undelivered', level: 'liveness', atLeast: 1, among: 'any', group: 'billing' }], expecting(judgement(stuck)))

  expect(weigh(run({ control: true, judgement: judgement(stuck), expectations })).verdict).toBe('upheld')
  expect(weigh(run({ control: true, judgement: judgement(stuck, finding('stalled', 'liveness')), expectations })).verdict).toBe('stalled')
  expect(weigh(run({ control: true, judgement: judgement(stuck, { ...stuck, group: 'reporting' }), expectations })).verdict).toBe('stalled')
  expect(weigh(run({ judgement: judgement(stuck) })).verdict).toBe('stalled')
})

const hidden = { anomaly: 'lost', level: 'violation', atLeast: 2, among: 'hidden' } as const

test('the verifier must miss exactly what was hidden: not less, not more, nothing else', () => {
  const met = (ids: readonly string[]): boolean | undefined =>
    checkExpectations([hidden], expecting(judgement(finding('lost', 'violation', ids)), () => false, ['p1:1', 'p1:2']))[0]?.met

  expect(met(['p1:1', 'p1:2'])).toBe(true)
  expect(met(['p1:1'])).toBe(false)
  expect(met(['p1:1', 'p1:3'])).toBe(false)
  expect(met(['p1:1', 'p1:2', 'p1:3'])).toBe(false)
})
