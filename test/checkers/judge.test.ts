/** How findings become a judgement: verdicts, witnesses, order, and checkers that fail. */
import { describe, expect, test } from 'vitest'
import { allCheckers, judge, type Checker } from '../../harness/checkers/index.ts'
import { possibleAmong, possibleSends, sendsOf } from '../../harness/checkers/attempts.ts'
import { exitCodeOfSeveral, gravest } from '../../harness/model/judgement.ts'
import { acknowledged, audit, delivered, evidenceOf, fault, judgementOf, logged, send, topic, written } from '../histories.ts'

const good = [topic(), ...written('a', 0), audit(1)]
const bad = [topic(), send('a'), acknowledged('a', 0), audit(1)]

describe('the verdict', () => {
  test('is upheld where nothing was found', async () => {
    expect((await judgementOf(...good)).verdict).toBe('upheld')
    expect((await judgementOf(send('a'), delivered('a', 0), logged('a', 0), audit(1))).verdict).toBe('upheld')
  })

  test('is inconclusive without an acknowledged send or a delivery', async () => {
    expect((await judgementOf(send('a'), audit(0))).verdict).toBe('inconclusive')
  })

  test('is vacuous where a fault did not bite', async () => {
    expect((await judgementOf(...good, fault('x', 'injected', { evidence: false }))).verdict).toBe('vacuous')
    expect((await judgementOf(...good, fault('x', 'injecting'))).verdict).toBe('vacuous')
    expect((await judgementOf(...good, fault('x', 'injecting'), fault('x', 'injected'))).verdict).toBe('upheld')
    expect((await judgementOf(...good, fault('x', 'injected'), fault('x', 'injecting'))).verdict).toBe('vacuous')
    expect((await judgementOf(...good, fault('x', 'injecting'), fault('y', 'injected', { evidence: 'exit 137' }))).verdict).toBe('vacuous')
  })

  test('is refuted by a violation, whatever else holds', async () => {
    const judgement = await judgementOf(...bad, fault('x', 'injected', { evidence: false }))

    expect(judgement.verdict).toBe('refuted')
    expect(judgement.findings).toHaveLength(1)
  })

  test('the gravest wins', () => {
    expect(gravest(['upheld', 'stalled', 'inconclusive', 'objective-missed'])).toBe('inconclusive')
    expect(gravest(['vacuous', 'inconclusive'])).toBe('vacuous')
    expect(gravest([])).toBe('upheld')
  })

  test('of several files the gravest exit code is told', () => {
    expect(exitCodeOfSeveral(['upheld', 'invalid', 'input-error'])).toBe(2)
    expect(exitCodeOfSeveral(['refuted', 'invalid'])).toBe(4)
    expect(exitCodeOfSeveral(['vacuous', 'stalled'])).toBe(1)
    expect(exitCodeOfSeveral(['upheld', 'inconclusive'])).toBe(4)
    expect(exitCodeOfSeveral(['upheld'])).toBe(0)
  })
})

describe('a checker that throws', () => {
  const broken: Checker = { name: 'broken', check: () => { throw new Error('out of order') } }

  test('makes the judgement inconclusive and is named', async () => {
    const judgement = judge(await evidenceOf(good), { checkers: [...allCheckers, broken] })

    expect(judgement.verdict).toBe('inconclusive')
    expect(judgement.findings).toEqual([{
      anomaly: 'inconclusive', level: 'inconclusive', count: 1, reason: 'the checker broken failed: out of order', topic: null, partition: null, group: null, witnesses: []
    }])
  })

  test('does not hide what the others found', async () => {
    expect(judge(await evidenceOf(bad), { checkers: [broken, ...allCheckers] }).verdict).toBe('refuted')
  })
})

describe('findings', () => {
  test('count exactly and name a few', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `p1:${index}`)
    const evidence = await evidenceOf([topic(), ...ids.flatMap((id, offset) => [send(id), acknowledged(id, offset)]), audit(250)])
    const witnesses = (count?: number) => judge(evidence, count === undefined ? {} : { witnesses: count }).findings[0]?.witnesses.length

    expect(judge(evidence).findings[0]?.count).toBe(250)
    expect([witnesses(), witnesses(3), witnesses(0), witnesses(1000)]).toEqual([100, 3, 0, 250])
  })

  test('come one for each level, topic, partition and group, the gravest first', async () => {
    const judgement = await judgementOf(
      topic(), topic({ topic: 'weak', minInsyncReplicas: 1 }), send('w', { topic: 'weak' }), acknowledged('w', 0), audit(1, { topic: 'weak' }),
      ...bad.slice(1, -1), send('b', { partition: 1 }), acknowledged('b', 0), audit(1), audit(1, { partition: 1 })
    )

    expect(judgement.findings.map(({ level, topic: name, partition, count }) => `${level} ${name}-${partition} ${count}`))
      .toEqual(['violation orders-0 1', 'violation orders-1 1', 'permitted weak-0 1'])
    expect(judgement.counts.lost).toBe(3)
  })
})

test('a record that was sent once is the same by the general rule', async () => {
  const evidence = await evidenceOf([send('a'), acknowledged('a', 4), send('b', { partition: 1 }), send('c', { partition: null })])
  for (let record = 0; record < evidence.recordCount; record++) {
    for (const partition of evidence.partitions.keys()) {
      for (const offset of [0, 4]) {
        for (const attempt of [-1, 1]) {
          const copy = { record, attempt, partition, offset }
          expect(possibleAmong(evidence, sendsOf(evidence, record), copy)).toEqual(possibleSends(evidence, copy))
        }
      }
    }
  }
})
