/** What a person is told of copies that are wrong: why, which record, and where it stands. */
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../harness/model/judgement.ts'
import {
  acknowledged, audit, believed, delivered, findingsOf, found, indeterminate, judgementOf, logged, member, producer, rejected, send, topic, transaction, type HistoryLine
} from '../histories.ts'

const told = async (anomaly: string, ...lines: readonly HistoryLine[]): Promise<readonly Pick<Finding, 'reason' | 'witnesses'>[]> =>
  (await judgementOf(...lines)).findings.filter(finding => finding.anomaly === anomaly).map(({ reason, witnesses }) => ({ reason, witnesses }))

const strong = 'acks=all, min ISR 2, unclean election off'
const weakly = 'acks=1, min ISR 2, unclean election off'
const contract = [topic(), producer('p1'), producer('weak', { acks: '1' })]

describe('vanished', () => {
  const gone = ': a delivered record is no longer in the log'

  test('is told with the contract and the delivery', async () => {
    expect(await told('vanished', ...contract, send('a'), delivered('a', 3, { at: 70 }), audit(4))).toEqual([
      { reason: `${strong}${gone}`, witnesses: [{ id: 'a', offset: 3, at: 70 }] }
    ])
    expect(await told('vanished', ...contract, send('a'), send('a', { attempt: 2, producer: 'weak' }), delivered('a', 3, { at: 70 }), audit(4))).toEqual([
      { reason: `${weakly}${gone}, which this contract permits`, witnesses: [{ id: 'a', offset: 3, at: 70 }] }
    ])
  })

  test('is told of a record that nobody sent, by the contract of the topic, where it was delivered', async () => {
    const story = [delivered('x', 3, { at: 70, partition: 1 }), audit(4, { partition: 1 })]
    expect(await told('vanished', topic(), ...story)).toMatchObject([{ reason: `min ISR 2, unclean election off${gone}` }])
    expect(await found('vanished', topic(), ...story)).toEqual(['vanished 1 violation orders-1'])
    expect(await found('vanished', topic({ minInsyncReplicas: 1 }), ...story)).toEqual(['vanished 1 permitted orders-1'])
  })

  test('is told with the delivery that makes it a violation, else with the first', async () => {
    const attempts = [...contract, send('a', { producer: 'weak' }), send('a', { attempt: 2 })]
    const read = (attempt: number, offset: number) => delivered('a', offset, { attempt })
    const offsetOf = async (...lines: readonly HistoryLine[]) => (await told('vanished', ...attempts, ...lines, audit(9)))[0]?.witnesses[0]?.offset

    expect(await offsetOf(read(1, 3), read(2, 5))).toBe(5)
    expect(await offsetOf(read(2, 3), read(1, 5))).toBe(3)
    expect(await offsetOf(read(2, 3), read(2, 5))).toBe(3)
    expect(await offsetOf(read(1, 3), read(1, 5))).toBe(3)
  })

  test('is an entry that the log holds and hides, and not one of which nobody knows', async () => {
    expect(await found('vanished', ...contract, send('a'), delivered('a', 0), logged('a', 0, { committed: false }), audit(1))).toEqual(['vanished 1 violation orders-0'])
    expect(await found('vanished', ...contract, send('a', { transaction: 't' }), delivered('a', 0), logged('a', 0, { committed: false }), transaction('t', 'committed'), audit(1)))
      .toEqual(['vanished 1 violation orders-0'])
    expect(await found('vanished', member({ isolation: 'read_committed' }), send('a', { transaction: 't' }), delivered('a', 0), audit(1))).toEqual(['vanished 1 violation orders-0'])
  })

  test('accuses only if every attempt that could be meant had to stay', async () => {
    const story = [send('a'), send('a', { attempt: 2, transaction: 't' }), transaction('t', 'aborted'), audit(1)]
    expect(await found('vanished', ...story, delivered('a', 0))).toEqual([])
    expect(await found('vanished', ...story, delivered('a', 0, { attempt: 1 }))).toEqual(['vanished 1 violation orders-0'])
  })
})

describe('duplicated', () => {
  const copies = (id: string, ...offsets: readonly number[]): readonly HistoryLine[] => offsets.map(offset => logged(id, offset))
  const must = (idempotence: string): string => `${idempotence}: a retry must not write a record again`

  test('is told with what the producer promised, and where the copies are', async () => {
    expect(await told('duplicated', producer('p1', { idempotent: true }), send('a', { at: 50 }), ...copies('a', 0, 4), audit(9))).toEqual([
      { reason: must('idempotence on'), witnesses: [{ id: 'a', offset: 4, at: 50, note: 'copies at offsets 0, 4' }] }
    ])
    expect(await told('duplicated', producer('p1', { idempotent: false }), send('a'), ...copies('a', 0, 4), audit(9))).toMatchObject([
      { reason: 'idempotence off: a retry may write a record again' }
    ])
    expect(await told('duplicated', send('a'), ...copies('a', 0, 1, 2, 3, 4, 5, 6, 7, 8), audit(9))).toMatchObject([
      { witnesses: [{ offset: 8, note: 'copies at offsets 0, 1, 2, 3, 4, 5, 6, 7' }] }
    ])
  })

  test('is told with a reason for each producer', async () => {
    const both = [send('a'), send('b', { producer: 'p2' }), ...copies('a', 0, 1), ...copies('b', 2, 3), audit(4)]
    expect(await told('duplicated', producer('p1', { idempotent: true }), ...both)).toMatchObject([{ reason: `${must('idempotence on')}; ${must('idempotence on (assumed)')}` }])
  })

  test('counts all copies together where one of them does not tell its attempt', async () => {
    expect(await found('duplicated', send('a'), logged('a', 0, { attempt: 1 }), logged('a', 1), audit(2))).toEqual(['duplicated 1 violation orders-0'])
    expect(await found('duplicated', send('a'), rejected('a'), ...copies('a', 0, 1, 2), audit(3))).toEqual(['duplicated 2 violation orders-0'])
  })

  test('blames the attempt that the copies tell', async () => {
    const attempts = [producer('p1', { idempotent: false }), send('a', { at: 20 }), send('a', { attempt: 2, producer: 'p2', at: 30 })]
    const twice = (attempt: number) => [logged('a', 0, { attempt }), logged('a', 1, { attempt }), audit(4)]

    expect(await found('duplicated', ...attempts, ...twice(1))).toEqual(['duplicated 1 permitted orders-0'])
    expect(await found('duplicated', ...attempts, ...twice(2))).toEqual(['duplicated 1 violation orders-0'])
    expect(await told('duplicated', ...attempts, ...twice(2))).toMatchObject([{ witnesses: [{ offset: 1, at: 30, note: 'copies at offsets 0, 1' }] }])
    expect(await found('duplicated', ...attempts, ...twice(1), logged('a', 2, { attempt: 2 }), logged('a', 3, { attempt: 2 })))
      .toEqual(['duplicated 1 violation orders-0', 'duplicated 1 permitted orders-0'])
  })

  test('is of a partition that the record was, or may have been, sent to', async () => {
    const there = { partition: 1 }
    const story = [...[0, 1].map(offset => logged('a', offset, there)), audit(2, there), audit(0)]
    expect(await found('duplicated', send('a'), ...story)).toEqual([])
    expect(await found('duplicated', send('a', { partition: null }), ...story)).toEqual(['duplicated 1 violation orders-1'])
    expect(await found('duplicated', send('a', { partition: null, topic: 'other' }), ...story)).toEqual([])
    expect(await found('duplicated', send('a', there), send('a', { attempt: 2 }), ...story)).toEqual(['duplicated 1 violation orders-1'])
  })

  test('is of one partition: a copy in each of two is none too many', async () => {
    const attempts = [send('a'), send('a', { attempt: 2, partition: 1 }), logged('a', 0), logged('a', 0, { partition: 1 }), audit(1), audit(1, { partition: 1 })]
    expect(await found('duplicated', ...attempts)).toEqual([])
  })
})

describe('corrupted', () => {
  test('is told with the line, and the broker on whose disk it is', async () => {
    expect(await told('corrupted', send('a'), logged('a', 3, { intact: false }), logged('b', 4), audit(5))).toEqual([
      { reason: 'the fingerprint of a record in the log does not match', witnesses: [{ id: 'a', offset: 3, at: null }] }
    ])
    expect(await told('corrupted', send('a'), logged('b', 2, { replica: 2 }), logged('a', 3, { replica: 2, intact: false }), audit(5, { replica: 2 }), audit(0))).toMatchObject([
      { witnesses: [{ id: 'a', offset: 3, at: null, note: 'on broker 2' }] }
    ])
    expect(await told('corrupted', send('a'), delivered('a', 3, { at: 70, intact: false }), delivered('a', 4, { intact: true }))).toEqual([
      { reason: 'the fingerprint of a delivered record does not match', witnesses: [{ id: 'a', offset: 3, at: 70 }] }
    ])
  })
})

describe('unfounded', () => {
  test('is told with the first send, if there was one', async () => {
    const reason = 'the application went on as if the record were written, without an acknowledgement'
    expect(await told('unfounded', send('a', { at: 50 }), send('a', { attempt: 2, at: 60 }), believed('a'), believed('b'), believed('b'), audit(0))).toEqual([
      { reason, witnesses: [{ id: 'b', offset: null, at: null }] }, { reason, witnesses: [{ id: 'a', offset: null, at: 50 }] }
    ])
    expect(await found('unfounded', send('a'), believed('a'), believed('b'), believed('b'), audit(0))).toEqual(['unfounded 1 information', 'unfounded 1 information orders-0'])
  })

  test('is not what one of several attempts was acknowledged for, or may be there', async () => {
    expect(await found('unfounded', send('a'), acknowledged('a', 0), send('a', { attempt: 2 }), indeterminate('a', { attempt: 2 }), believed('a'), audit(1))).toEqual([])
    expect(await found('unfounded', send('a', { transaction: 't' }), believed('a'), logged('a', 0), transaction('t', 'begun'), audit(1))).toEqual([])
  })
})

describe('phantom', () => {
  test('is told where it was seen first, in the lowest topic and partition', async () => {
    const reason = 'a record was found that nobody sent'
    expect(await told('phantom', send('a'), logged('a', 0), logged('x', 3), logged('x', 4), delivered('x', 1, { at: 70 }), audit(5))).toEqual([{ reason, witnesses: [{ id: 'x', offset: 3, at: null }] }])
    expect(await told('phantom', send('a'), delivered('a', 0), delivered('x', 1, { at: 70 }), delivered('x', 2, { at: 80 }))).toEqual([{ reason, witnesses: [{ id: 'x', offset: 1, at: 70 }] }])
    expect(await told('phantom', logged('x', 3, { partition: 2 }), delivered('x', 1, { at: 70, partition: 1 }))).toMatchObject([{ witnesses: [{ offset: 1, at: 70 }] }])
    expect(await told('phantom', logged('x', 3, { partition: 1 }), delivered('x', 1, { at: 70, partition: 2 }))).toMatchObject([{ witnesses: [{ offset: 3, at: null }] }])
  })

  test('counts topics before partitions', async () => {
    const zoo = { topic: 'zoo', partition: 0 }
    const orders = { topic: 'orders', partition: 5 }
    expect(await found('phantom', logged('x', 0, zoo), delivered('x', 0, orders))).toEqual(['phantom 1 violation orders-5'])
    expect(await found('phantom', logged('x', 0, orders), delivered('x', 0, zoo))).toEqual(['phantom 1 violation orders-5'])
  })
})

describe('resurrected', () => {
  test('is told with how it came to be there, once', async () => {
    expect(await told('resurrected', send('a', { at: 50 }), rejected('a', { at: 60 }), logged('a', 3), logged('a', 4), audit(5))).toEqual([
      { reason: 'every attempt of the record was rejected, and it is in the log', witnesses: [{ id: 'a', offset: 3, at: 50 }] }
    ])
    expect(await told('resurrected', send('a', { at: 50, transaction: 't' }), transaction('t', 'aborted'), logged('a', 3, { committed: true }), audit(5))).toEqual([
      { reason: 'the transaction of the record was aborted, and the log has it as committed', witnesses: [{ id: 'a', offset: 3, at: 50 }] }
    ])
  })

  test('is none that nobody sent, that is hidden, or of which nobody knows whether it is there', async () => {
    const open = [send('a', { transaction: 't' }), rejected('a'), logged('a', 3), audit(5)]
    const aborted = [send('b', { transaction: 'u' }), transaction('u', 'aborted')]

    expect(await found('resurrected', ...open, transaction('t', 'begun'))).toEqual([])
    expect(await found('resurrected', ...open.with(2, logged('a', 3, { committed: true })), transaction('t', 'begun'))).toEqual(['resurrected 1 violation orders-0'])
    expect(await found('resurrected', send('a'), rejected('a'), logged('a', 3, { committed: false }), audit(5))).toEqual([])
    expect(await found('resurrected', ...aborted, logged('x', 3, { committed: true }), audit(5))).toEqual([])
    expect(await found('resurrected', ...aborted, logged('b', 3))).toEqual([])
    expect(await findingsOf(send('a'), logged('a', 3))).toEqual(['inconclusive 1 inconclusive orders-0'])
  })

  test('is what a read_committed audit shows of an aborted transaction, unless it says that this was not committed', async () => {
    const story = (phase: string) => [send('a', { transaction: 't' }), transaction('t', phase), audit(5, { isolation: 'read_committed', lastStable: 5 })]
    expect(await findingsOf(...story('committed'), logged('a', 3), delivered('a', 3, { at: 90 }))).toEqual([])
    expect(await found('resurrected', ...story('aborted'), logged('a', 3))).toEqual(['resurrected 1 violation orders-0'])
    expect(await found('resurrected', ...story('aborted'), logged('a', 3, { committed: false }))).toEqual([])
  })

  test('belongs where the record was sent, wherever it is', async () => {
    expect(await found('resurrected', send('a'), rejected('a'), logged('a', 3, { partition: 1 }), audit(5, { partition: 1 }))).toEqual(['resurrected 1 violation orders-0'])
  })
})
