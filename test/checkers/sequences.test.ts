/** What the order of a log is held against: the order in which one producer sent, and the acknowledgements that came before a send. */
import { describe, expect, test } from 'vitest'
import { acknowledged, audit, findingsOf, found, indeterminate, logged, producer, rejected, send, told, topic, written, type HistoryLine } from '../histories.ts'

describe('reordered', () => {
  const swapped = [send('a', { at: 10 }), send('b', { at: 20 }), logged('b', 0), logged('a', 1), audit(2)]
  const one = ['reordered 1 violation orders-0']

  test('is told with the record that overtook it', async () => {
    expect(await told('reordered', topic(), producer('p1'), ...swapped)).toEqual([{
      anomaly: 'reordered', level: 'violation', count: 1, topic: 'orders', partition: 0, group: null, reason: 'idempotence on (assumed): sends of one producer keep their order',
      witnesses: [{ id: 'b', offset: 0, at: 20, note: 'sent after a, which is at offset 1' }]
    }])
  })

  test.each([
    ['violation', 'idempotence on: sends of one producer keep their order', {}, { idempotent: true }],
    ['permitted', 'idempotence off, max.in.flight 5: a retry may overtake', {}, { idempotent: false }],
    ['permitted', 'idempotence off, max.in.flight 1: a retry may overtake', {}, { idempotent: false, maxInFlight: 1 }],
    ['permitted', 'min ISR 1, unclean election off: the log may have been truncated', { minInsyncReplicas: 1 }, { idempotent: true }]
  ])('is a %s where %s', async (level, reason, ofTopic, ofProducer) => {
    expect(await told('reordered', topic(ofTopic), producer('p1', ofProducer), ...swapped)).toMatchObject([{ level, reason }])
  })

  test('with one in flight needs an acknowledgement of the other before it was sent', async () => {
    const one = producer('p1', { idempotent: false, maxInFlight: 1 })
    const log = [send('b', { at: 20 }), logged('b', 0), logged('a', 1), audit(2)]
    expect(await told('reordered', topic(), one, send('a', { at: 10 }), acknowledged('a', 1, { at: 19 }), ...log))
      .toMatchObject([{ level: 'violation', reason: 'idempotence off, max.in.flight 1: the record was sent after the other had been acknowledged' }])
    expect(await found('reordered', topic(), one, send('a', { at: 10 }), indeterminate('a', { at: 19 }), ...log)).toEqual(['reordered 1 permitted orders-0'])
    expect(await found('reordered', topic(), producer('p1', { idempotent: false, maxInFlight: 2 }), send('a', { at: 10 }), acknowledged('a', 1, { at: 19 }), ...log))
      .toEqual(['reordered 1 permitted orders-0'])
  })

  test('is measured against the highest before it, which the next above it replaces', async () => {
    const log = [logged('a', 0), logged('c', 1), logged('b', 2), logged('d', 3), logged('e', 2), audit(4)]
    expect(await told('reordered', ...['a', 'b', 'c', 'd', 'e'].map(id => send(id)), ...log)).toMatchObject([{
      count: 2, witnesses: [{ id: 'c', note: 'sent after b, which is at offset 2' }, { id: 'e', note: 'sent after d, which is at offset 3' }]
    }])
  })

  test('is not said of two records at one offset', async () => {
    expect(await found('reordered', send('a'), send('b'), logged('b', 0), logged('a', 0), audit(1))).toEqual([])
  })

  test('follows each producer through its own sends in each partition', async () => {
    const rising = (name: string, partition: number, from: number) => ['a', 'b', 'c'].flatMap((one, index) => {
      const id = `${name}${partition}${one}`

      return [send(id, { producer: name, partition }), acknowledged(id, from + index), logged(id, from + index, { partition })]
    })
    expect(await findingsOf(...rising('p1', 0, 0), ...rising('p1', 1, 0), audit(3), audit(3, { partition: 1 }))).toEqual([])
    expect(await findingsOf(...rising('p1', 0, 0), ...rising('p2', 0, 3), audit(6))).toEqual([])

    const mixed = [send('x1', { producer: 'x' }), send('y1', { producer: 'y' }), send('x2', { producer: 'x' }), send('y2', { producer: 'y' })]
    const log = ['x2', 'y2', 'x1', 'y1'].map((id, offset) => logged(id, offset))
    expect(await found('reordered', ...mixed, ...log, audit(4))).toEqual(['reordered 2 violation orders-0'])
  })

  test('goes by the sequence, by time where two have the same, and leaves out what went nobody knows where', async () => {
    const numbered = (...sequences: readonly number[]) => sequences.map((sequence, index) => send('abc'[index]!, { sequence }))
    const log = (...ids: readonly string[]) => [...ids.map((id, offset) => logged(id, offset)), audit(ids.length)]
    expect(await found('reordered', ...numbered(2, 0, 1), ...log('b', 'c', 'a'))).toEqual([])
    expect(await found('reordered', ...numbered(2, 0, 1), ...log('c', 'b', 'a'))).toEqual(one)
    expect(await found('reordered', ...numbered(1, 1, 0), ...log('c', 'a', 'b'))).toEqual([])
    expect(await found('reordered', ...numbered(1, 1, 0), ...log('c', 'b', 'a'))).toEqual(one)
    expect(await found('reordered', send('a', { partition: null }), send('b', { partition: null }), ...log('b', 'a'))).toEqual([])
  })
})

describe('stale-order', () => {
  const known = [topic(), producer('p1'), producer('p2'), producer('weak', { acks: '1' })]
  const p2 = { producer: 'p2' }
  const stale = (...lines: readonly HistoryLine[]) => told('stale-order', ...known, ...lines)

  test('is told with the record that had been acknowledged', async () => {
    expect(await stale(send('a', { at: 1 }), acknowledged('a', 5, { at: 2 }), send('b', { ...p2, at: 3 }), logged('b', 3), logged('a', 5), audit(6))).toEqual([{
      anomaly: 'stale-order', level: 'violation', count: 1, topic: 'orders', partition: 0, group: null,
      reason: 'acks=all, min ISR 2, unclean election off: a record lies below one that was acknowledged before it was sent',
      witnesses: [{ id: 'b', offset: 3, at: 3, note: 'a was acknowledged at offset 5 before' }]
    }])
    expect(await stale(send('a', { producer: 'weak' }), acknowledged('a', 5), send('b', p2), logged('b', 3), audit(6))).toMatchObject([{
      level: 'permitted', reason: 'acks=1, min ISR 2, unclean election off: the earlier record may have been lost and its offset written again'
    }])
  })

  test('is said of each record that is too low, and of no other', async () => {
    const end = [logged('b', 3), logged('a', 5), logged('c', 6), logged('d', 4), audit(7)]
    expect(await stale(send('a'), acknowledged('a', 5), send('b', p2), send('c', p2), send('d', p2), ...end)).toMatchObject([{ count: 2, witnesses: [{ id: 'b' }, { id: 'd' }] }])
    expect(await stale(send('a'), acknowledged('a', 5), send('e', p2), send('c', p2), logged('a', 5), logged('c', 6), audit(7))).toEqual([])
    expect(await stale(send('a'), acknowledged('a', 5), send('b', p2), logged('a', 5), logged('b', 5), audit(6))).toEqual([])
  })

  test('is told with the first of two that were acknowledged at one offset', async () => {
    const one = [send('a'), acknowledged('a', 5), send('c'), acknowledged('c', 5)]
    expect(await stale(...one, send('b', p2), logged('b', 3), audit(6))).toMatchObject([{ witnesses: [{ id: 'b', note: 'a was acknowledged at offset 5 before' }] }])
  })

  test('goes by the time of acknowledgements, in whatever order records were sent', async () => {
    const late = [send('a', { at: 1 }), acknowledged('a', 9, { at: 100 }), send('c', { at: 2 }), acknowledged('c', 5, { at: 50 }), logged('a', 9), logged('c', 5), audit(10)]
    expect(await stale(...late, send('b', { ...p2, at: 60 }), logged('b', 3))).toMatchObject([{ count: 1, witnesses: [{ note: 'c was acknowledged at offset 5 before' }] }])
    expect(await stale(...late, send('b', { ...p2, at: 60 }), logged('b', 6))).toEqual([])
    expect(await stale(...late, send('b', { ...p2, at: 101 }), logged('b', 6))).toMatchObject([{ count: 1, witnesses: [{ note: 'a was acknowledged at offset 9 before' }] }])
  })

  test('counts all that were acknowledged at one moment, whoever was sent between them', async () => {
    const sent = ['w', 'x', 'y', 'z'].map((id, index) => send(id, { at: index + 1 }))
    const at = { at: 50 }
    const below = (offset: number) => [send('b', { ...p2, at: 60 }), logged('b', offset), audit(10)]
    for (const acknowledgedOnes of [['w', 'x', 'z'], ['w', 'y', 'z'], ['w', 'x', 'y']]) {
      const all = acknowledgedOnes.map((id, index) => acknowledged(id, 5 + index, at))
      expect(await stale(...sent, ...all, ...below(6))).toMatchObject([{ count: 1, witnesses: [{ note: `${acknowledgedOnes[2]!} was acknowledged at offset 7 before` }] }])
      expect(await stale(...sent, ...all, ...below(8))).toEqual([])
    }
  })

  test('names the highest that was acknowledged before', async () => {
    const three = (...offsets: readonly number[]) => offsets.flatMap((offset, index) => written('xyz'[index]!, offset))
    for (const offsets of [[5, 6, 7], [7, 6, 5], [6, 7, 5]]) {
      expect((await stale(...three(...offsets), send('b', p2), logged('b', 1), audit(8)))[0]?.witnesses.find(({ id }) => id === 'b'))
        .toMatchObject({ note: `${'xyz'[offsets.indexOf(7)]} was acknowledged at offset 7 before` })
    }
  })

  test('counts an acknowledgement where it says that the record stands, not where it was sent', async () => {
    const elsewhere = [send('a'), acknowledged('a', 5, { partition: 1 }), logged('a', 5, { partition: 1 }), audit(6), audit(6, { partition: 1 })]
    expect(await stale(...elsewhere, send('b', { ...p2, partition: 1 }), logged('b', 3, { partition: 1 }))).toMatchObject([{ partition: 1, count: 1 }])
    expect(await stale(...elsewhere, send('b', p2), logged('b', 3))).toEqual([])
    const after = [send('c', { partition: 1, at: 1 }), acknowledged('c', 4, { at: 400 }), logged('c', 4, { partition: 1 })]
    expect(await stale(...elsewhere, ...after, send('b', { ...p2, partition: 1, at: 300 }), logged('b', 3, { partition: 1 }))).toMatchObject([{
      count: 1, witnesses: [{ note: 'a was acknowledged at offset 5 before' }]
    }])
  })

  test('needs an offset in the acknowledgement', async () => {
    expect(await stale(send('a'), acknowledged('a', null), send('b', p2), logged('b', 3), logged('a', 5), audit(6))).toEqual([])
    expect(await stale(send('a'), acknowledged('a', null, { partition: 1 }), send('b', { ...p2, partition: 1 }), logged('b', 3, { partition: 1 }))).toEqual([])
  })

  test('compares a record with the highest other one, whichever of its own stand higher', async () => {
    const again = (offset: number) => [send('a', { attempt: 2, at: 500 }), logged('a', offset, { attempt: 2 })]
    const first = written('a', 9)
    expect(await stale(...first, ...written('c', 5), ...again(3), audit(10))).toMatchObject([{ count: 2, witnesses: [{ id: 'c' }, { id: 'a', note: 'c was acknowledged at offset 5 before' }] }])
    expect(await stale(...written('c', 5), ...first, ...again(3), audit(10))).toMatchObject([{ count: 1, witnesses: [{ id: 'a', note: 'c was acknowledged at offset 5 before' }] }])
    expect(await stale(...written('c', 5), ...first, ...again(6), audit(10))).toEqual([])

    const twice = [...written('c', 5), ...first, send('a', { attempt: 2, at: 300 }), acknowledged('a', 12, { attempt: 2, at: 310 }), logged('a', 12, { attempt: 2 })]
    expect(await stale(...twice, send('b', { ...p2, at: 400 }), logged('b', 10), audit(13))).toMatchObject([{ witnesses: [{ note: 'a was acknowledged at offset 12 before' }] }])
    const late = [send('a', { at: 10 }), acknowledged('a', 5, { at: 20 }), logged('a', 5), send('x', { at: 30 }), acknowledged('x', 9, { at: 900 }), logged('x', 9)]
    expect(await stale(...late, send('a', { attempt: 2, at: 500 }), logged('a', 3, { attempt: 2 }), audit(10))).toEqual([])
    const falling = [...written('a', 12), send('a', { attempt: 2, at: 300 }), acknowledged('a', 9, { attempt: 2, at: 310 }), logged('a', 9, { attempt: 2 })]
    expect(await stale(...falling, send('b', { ...p2, at: 400 }), logged('b', 10), audit(13))).toMatchObject([{ witnesses: [{ note: 'a was acknowledged at offset 12 before' }] }])
    const three = [send('c'), acknowledged('c', 5), send('x', { ...p2, at: 15 }), acknowledged('x', 3, { at: 200 }), ...first]
    expect(await stale(...three, send('a', { attempt: 2, at: 500 }), logged('a', 4, { attempt: 2 }), audit(10)))
      .toMatchObject([{ count: 1, witnesses: [{ id: 'a', note: 'c was acknowledged at offset 5 before' }] }])
    expect(await stale(...twice, send('a', { attempt: 3, at: 400 }), logged('a', 3, { attempt: 3 }), audit(13))).toMatchObject([{ witnesses: [{ note: 'c was acknowledged at offset 5 before' }] }])
  })

  test('a rejected send is held against nobody', async () => {
    expect(await stale(send('a'), rejected('a'), send('b', p2), logged('b', 3), audit(6))).toEqual([])
  })
})
