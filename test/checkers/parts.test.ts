/** A judgement of several parts, what it counts, and what becomes of a checker that fails. */
import { describe, expect, test } from 'vitest'
import { allCheckers, judge, startJudging, type Checker } from '../../harness/checkers/index.ts'
import type { Evidence } from '../../harness/model/evidence.ts'
import {
  acknowledged, audit, delivered, evidenceOf, fault, indeterminate, inShort, judgementOf, logged, rejected, send, topic, written, type HistoryLine
} from '../histories.ts'

/** One of each outcome, one lost, one copied, one delivered three times. */
const mixed: readonly HistoryLine[] = [
  topic(), ...written('here', 0), logged('here', 1), send('gone'), acknowledged('gone', 2), send('no'), rejected('no'), send('unsure'), indeterminate('unsure'), send('silent'),
  delivered('here', 0, { at: 900 }), delivered('here', 0, { at: 901 }), delivered('here', 0, { at: 902 }), audit(3)
]
const countsOfMixed = { sent: 5, acknowledged: 2, rejected: 1, indeterminate: 2, logged: 2, delivered: 3, lost: 1, duplicated: 1, redelivered: 2 }

const throwing = (name: string, thrown: unknown): Checker => ({ name, check: () => { throw thrown as Error } })

describe('counts', () => {
  test('classify sends, and sum up lines and findings', async () => {
    expect((await judgementOf(...mixed)).counts).toEqual(countsOfMixed)
  })

  test('of parts add up', async () => {
    const judging = startJudging()
    judging.add(await evidenceOf(mixed))
    judging.add(await evidenceOf(mixed))

    expect(judging.judgement().counts).toEqual({ sent: 10, acknowledged: 4, rejected: 2, indeterminate: 4, logged: 4, delivered: 6, lost: 2, duplicated: 2, redelivered: 4 })
  })
})

describe('parts', () => {
  const clean = [topic(), ...written('a', 0), audit(1)]

  test('answer what they show, and the judgement has the findings of all', async () => {
    const judging = startJudging()
    const first = judging.add(await evidenceOf([topic(), send('a'), acknowledged('a', 0), audit(1)]))
    const second = judging.add(await evidenceOf([topic(), send('b', { partition: 1 }), acknowledged('b', 0), audit(1, { partition: 1 })]))

    expect([first.map(inShort), second.map(inShort)]).toEqual([['lost 1 violation orders-0'], ['lost 1 violation orders-1']])
    expect(judging.judgement().findings).toEqual([...first, ...second])
  })

  test('one without any acknowledgement leaves the verdict to the others', async () => {
    const judging = startJudging()
    judging.add(await evidenceOf([topic(), audit(0)]))
    expect(judging.judgement().verdict).toBe('inconclusive')
    judging.add(await evidenceOf(clean))
    expect(judging.judgement().verdict).toBe('upheld')
  })

  test('a fault that did not bite in one of them makes the judgement vacuous', async () => {
    const judging = startJudging()
    judging.add(await evidenceOf(clean))
    judging.add(await evidenceOf([...clean, fault('x', 'injected', { evidence: false })]))

    expect(judging.judgement().verdict).toBe('vacuous')
  })

  test('a checker that fails in each of them is one finding', async () => {
    const judging = startJudging({ checkers: [...allCheckers, throwing('broken', new Error('out of order'))] })
    judging.add(await evidenceOf(clean))
    judging.add(await evidenceOf(clean))

    expect(judging.judgement().findings).toEqual([{
      anomaly: 'inconclusive', level: 'inconclusive', count: 1, reason: 'the checker broken failed: out of order', topic: null, partition: null, group: null, witnesses: []
    }])
  })
})

describe('a failure', () => {
  const evidence = () => evidenceOf([topic(), ...written('a', 0), audit(1)])

  test('is told in words, whatever was thrown', async () => {
    expect(judge(await evidence(), { checkers: [throwing('odd', 'no error at all')] }).findings[0]?.reason).toBe('the checker odd failed: no error at all')
  })

  test('of several checkers names each', async () => {
    const checkers = ['a', 'b', 'c', 'd'].map(name => throwing(name, new Error(`in ${name}`)))

    expect(judge(await evidence(), { checkers }).findings).toMatchObject([{
      count: 4, reason: 'the checker a failed: in a; the checker b failed: in b; the checker c failed: in c; the checker d failed: in d'
    }])
  })

  test('to establish the facts leaves nothing judged, and the counts of what is known', async () => {
    const whole = await evidence()
    const broken: Evidence = { ...whole, get audits(): never { throw new Error('unreadable') } }

    expect(judge(broken)).toMatchObject({
      verdict: 'inconclusive', counts: { sent: 1, acknowledged: 1, logged: 0 }, findings: [{ anomaly: 'inconclusive', reason: 'the checker facts failed: unreadable' }]
    })
  })
})

describe('a fault', () => {
  const verdictWith = async (...faults: readonly HistoryLine[]): Promise<string> => (await judgementOf(topic(), ...written('a', 0), audit(1), ...faults)).verdict

  test('that was injected at the moment of its announcement did bite', async () => {
    expect(await verdictWith(fault('x', 'injecting', { at: 70 }), fault('x', 'injected', { at: 70 }))).toBe('upheld')
  })

  test('is vacuous only by what its injection shows', async () => {
    expect(await verdictWith(fault('x', 'injected', { evidence: 'exit 137' }), fault('x', 'healed', { evidence: false }))).toBe('upheld')
    expect(await verdictWith(fault('x', 'healed'))).toBe('upheld')
  })
})

test('all checkers have a name of their own, in the order of the anomalies', () => {
  expect(allCheckers.map(({ name }) => name)).toEqual([
    'incompletely-audited', 'lost', 'vanished', 'duplicated', 'offset-conflict', 'misplaced', 'reordered', 'stale-order', 'unfounded', 'phantom', 'resurrected', 'corrupted',
    'replica-divergence', 'epoch-regressed', 'transaction-reads', 'torn-transaction', 'zombie-write', 'stuck-transaction', 'receipt', 'polls', 'redelivered', 'resume-rewind',
    'commit-ahead', 'commit-regressed', 'owners', 'effects', 'unavailable', 'stalled'
  ])
})
