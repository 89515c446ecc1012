/** Records that are elsewhere than they should be: what accuses, what excuses, and what a person is told. */
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../harness/model/judgement.ts'
import { acknowledged, audit, found, judgementOf, logged, producer, send, topic, transaction, type HistoryLine } from '../histories.ts'

const told = async (...lines: readonly HistoryLine[]): Promise<Finding | undefined> => (await judgementOf(...lines)).findings.find(({ anomaly }) => anomaly === 'misplaced')
const misplaced = async (...lines: readonly HistoryLine[]) => found('misplaced', ...lines)

const contract = [topic(), producer('p1'), producer('weak', { acks: '1' })]
const strong = 'acks=all, min ISR 2, unclean election off'
const elsewhere = { partition: 1 }
const audits = [audit(20), audit(20, elsewhere)]
const strayed = 'a record is in a topic or partition that it was not sent to'
const moved = 'a record is not at the offset at which it was acknowledged, though it is elsewhere'

describe('a record where nobody sent it', () => {
  test('is told with the lowest of its copies there, and its first send', async () => {
    const lines = [send('a', { at: 50 }), send('a', { attempt: 2, at: 60 }), logged('a', 3, elsewhere), logged('a', 5, elsewhere), ...audits]
    expect(await told(...contract, ...lines)).toEqual({
      anomaly: 'misplaced', level: 'violation', count: 1, reason: `${strong}: ${strayed}`, topic: 'orders', partition: 0, group: null,
      witnesses: [{ id: 'a', offset: 3, at: 50 }]
    })
  })

  test('is visible, and was sent', async () => {
    expect(await misplaced(...contract, send('a'), logged('a', 3, { ...elsewhere, committed: false }), ...audits)).toEqual([])
    expect(await misplaced(...contract, send('a'), logged('x', 3, elsewhere), ...audits)).toEqual([])
  })

  test('may have gone there by any of its attempts', async () => {
    const lines = [send('a'), logged('a', 3, elsewhere), ...audits]
    expect(await misplaced(...contract, ...lines, send('a', { attempt: 2 }))).toEqual(['misplaced 1 violation orders-0'])
    expect(await misplaced(...contract, ...lines, send('a', { attempt: 2, ...elsewhere }))).toEqual([])
    expect(await misplaced(...contract, ...lines, send('a', { attempt: 2, partition: null }))).toEqual([])
  })
})

describe('a record that is not where it was acknowledged', () => {
  test('is told with that offset, and with what permits it', async () => {
    const lines = (name: string) => [send('a', { at: 50, producer: name }), acknowledged('a', 4), logged('a', 9), ...audits]
    expect(await told(...contract, ...lines('p1'))).toEqual({
      anomaly: 'misplaced', level: 'violation', count: 1, reason: `${strong}: ${moved}`, topic: 'orders', partition: 0, group: null,
      witnesses: [{ id: 'a', offset: 4, at: 50 }]
    })
    expect(await told(...contract, ...lines('weak'))).toMatchObject({
      level: 'permitted', reason: `acks=1, min ISR 2, unclean election off: ${moved}, which this contract permits`
    })
  })

  test('is there if any copy is, whichever was first', async () => {
    expect(await misplaced(...contract, send('a'), acknowledged('a', 4), logged('a', 2), logged('a', 4), ...audits)).toEqual([])
    expect(await misplaced(...contract, send('a'), acknowledged('a', 4), logged('a', 2), logged('a', 4, { committed: false }), ...audits)).toEqual(['misplaced 1 violation orders-0'])
  })

  test('is elsewhere only if it can be seen there', async () => {
    expect(await misplaced(...contract, send('a'), acknowledged('a', 4), ...audits)).toEqual([])
    expect(await misplaced(...contract, send('a'), acknowledged('a', 4), logged('a', 9, { committed: false }), ...audits)).toEqual([])
  })

  test('has an offset that is known', async () => {
    expect(await misplaced(...contract, send('a'), acknowledged('a', null), send('a', { attempt: 2 }), acknowledged('a', 9, { attempt: 2 }), logged('a', 9), ...audits)).toEqual([])
  })

  test('was acknowledged for the partition where it is missing', async () => {
    expect(await misplaced(...contract, send('a'), acknowledged('a', 3, elsewhere), logged('a', 3), ...audits)).toEqual(['misplaced 1 violation orders-0'])
    expect(await misplaced(...contract, send('a', { partition: null }), acknowledged('a', 3, elsewhere), logged('a', 3, elsewhere), ...audits)).toEqual([])
  })

  test('is not one of a transaction that was not committed', async () => {
    const lines = [send('a', { transaction: 't' }), acknowledged('a', 4), send('a', { attempt: 2 }), acknowledged('a', 9, { attempt: 2 }), logged('a', 9), ...audits]
    expect(await misplaced(...contract, ...lines, transaction('t', 'aborted'))).toEqual([])
    expect(await misplaced(...contract, ...lines, transaction('t', 'committed'))).toEqual(['misplaced 1 violation orders-0'])
  })
})

describe('a record with several faults', () => {
  const attempt = (number: number, name: string) => [send('a', { attempt: number, producer: name }), acknowledged('a', number, { attempt: number })]
  const offsetOf = async (...lines: readonly HistoryLine[]) => (await told(...contract, ...lines, logged('a', 9), ...audits))?.witnesses[0]?.offset

  test('is told by the first that is a violation, else by the first', async () => {
    expect(await offsetOf(...attempt(1, 'p1'), ...attempt(2, 'p1'))).toBe(1)
    expect(await offsetOf(...attempt(1, 'p1'), ...attempt(2, 'weak'))).toBe(1)
    expect(await offsetOf(...attempt(1, 'weak'), ...attempt(2, 'p1'))).toBe(2)
    expect(await offsetOf(...attempt(1, 'weak'), ...attempt(2, 'weak'))).toBe(1)
  })

  test('where it was not sent to outweighs where it was acknowledged', async () => {
    expect(await told(...contract, send('a'), acknowledged('a', 4), logged('a', 9, elsewhere), ...audits)).toMatchObject({ reason: `${strong}: ${strayed}`, witnesses: [{ offset: 9 }] })
  })

  test('leaves the other records of the partition theirs', async () => {
    const lines = [send('a'), logged('a', 9, elsewhere), send('b'), acknowledged('b', 4), logged('b', 10), ...audits]
    expect(await told(...contract, ...lines)).toMatchObject({ count: 2, reason: `${strong}: ${strayed}; ${strong}: ${moved}` })
  })
})
