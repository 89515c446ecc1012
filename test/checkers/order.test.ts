/** What is wrong with the order of a log: records that changed places, replicas that disagree, epochs that fell. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, assigned, audit, delivered, fault, findingsOf, found, logged, producer, rejected, revoked, send, topic, written, type HistoryLine
} from '../histories.ts'

const nothing: readonly HistoryLine[] = [topic(), audit(0)]

describe('reordered', () => {
  const swapped = [send('a', { sequence: 0 }), send('b', { sequence: 1 }), logged('b', 0), logged('a', 1), audit(2)]

  test('an idempotent producer keeps its order', async () => {
    expect(await findingsOf(...swapped)).toEqual(['reordered 1 violation orders-0'])
    expect(await findingsOf(...written('a', 0), ...written('b', 1), audit(2))).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('every record below the highest before it counts', async () => {
    const sends = ['a', 'b', 'c', 'd'].map(id => send(id))
    expect(await findingsOf(...sends, logged('a', 3), logged('b', 0), logged('c', 1), logged('d', 4), audit(5))).toEqual(['reordered 2 violation orders-0'])
  })

  test('the sequence orders if all have one, else time does', async () => {
    const late = [send('b', { sequence: 1, at: 10 }), send('a', { sequence: 0, at: 20 }), logged('a', 0), logged('b', 1), audit(2)]
    expect(await findingsOf(...late)).toEqual([])
    expect(await findingsOf(send('c', { at: 5 }), ...late)).toEqual(['reordered 1 violation orders-0'])
    expect(await findingsOf(...late.slice(0, 2), logged('b', 0), logged('a', 1), audit(2))).toEqual(['reordered 1 violation orders-0'])
  })

  test('at one time the place in the file orders', async () => {
    expect(await findingsOf(send('a', { at: 5 }), send('b', { at: 5 }), logged('a', 0), logged('b', 1), audit(2))).toEqual([])
    expect(await findingsOf(send('b', { at: 5 }), send('a', { at: 5 }), logged('a', 0), logged('b', 1), audit(2))).toEqual(['reordered 1 violation orders-0'])
  })

  test('other producers, incarnations and partitions have orders of their own', async () => {
    const b = { sequence: 1 }
    expect(await findingsOf(send('a', { sequence: 0 }), send('b', { ...b, producer: 'p2' }), logged('b', 0), logged('a', 1), audit(2))).toEqual([])
    expect(await findingsOf(send('a', { sequence: 0 }), send('b', { ...b, incarnation: 2 }), logged('b', 0), logged('a', 1), audit(2))).toEqual([])
  })

  test('with one in flight only a record sent after the acknowledgement is accused', async () => {
    const one = producer('p1', { idempotent: false, maxInFlight: 1 })
    const log = [logged('b', 0), logged('a', 1), audit(2)]
    expect(await findingsOf(one, send('a', { at: 1 }), acknowledged('a', 1, { at: 5 }), send('b', { at: 6 }), ...log))
      .toEqual(['reordered 1 violation orders-0', 'stale-order 1 violation orders-0'])
    expect(await findingsOf(one, send('a', { at: 1 }), acknowledged('a', 1, { at: 5 }), send('b', { at: 5 }), ...log)).toEqual(['reordered 1 permitted orders-0'])
    expect(await findingsOf(producer('p1', { idempotent: false }), ...swapped)).toEqual(['reordered 1 permitted orders-0'])
  })

  test('a weak topic or a power cut permits it', async () => {
    expect(await findingsOf(topic({ minInsyncReplicas: 1 }), ...swapped)).toEqual(['reordered 1 permitted orders-0'])
    expect(await found('reordered', fault('x', 'injected', { at: 1, what: 'power-cut', brokers: [1, 2, 3] }), fault('x', 'healed', { at: 2 }), ...swapped))
      .toEqual(['reordered 1 permitted orders-0'])
    expect(await found('reordered', topic({ flushed: true }), fault('x', 'injected', { at: 1, what: 'power-cut', brokers: [1, 2, 3] }), fault('x', 'healed', { at: 2 }), ...swapped))
      .toEqual(['reordered 1 violation orders-0'])
  })

  test('a copy that could be of another attempt orders nothing', async () => {
    const attempts = [send('a'), send('b'), send('a', { attempt: 2 })]
    expect(await findingsOf(...attempts, logged('b', 0), logged('a', 1), audit(2))).toEqual([])
    expect(await findingsOf(...attempts, logged('b', 0), logged('a', 1, { attempt: 1 }), audit(2))).toEqual(['reordered 1 violation orders-0'])
    expect(await findingsOf(...attempts, rejected('a', { attempt: 2 }), logged('b', 0), logged('a', 1), audit(2))).toEqual(['reordered 1 violation orders-0'])
    expect(await findingsOf(...attempts, acknowledged('a', 1), logged('b', 0), logged('a', 1), logged('a', 2), audit(3))).toEqual(['reordered 1 violation orders-0'])
  })
})

describe('stale-order', () => {
  const log = [logged('b', 3), logged('a', 5), audit(6)]

  test('what was sent after an acknowledgement stands above it', async () => {
    const two = { producer: 'p2' }
    expect(await findingsOf(send('a'), acknowledged('a', 5), send('b', two), ...log)).toEqual(['stale-order 1 violation orders-0'])
    expect(await findingsOf(send('a', { at: 1 }), acknowledged('a', 5, { at: 2 }), send('b', { ...two, at: 2 }), ...log)).toEqual([])
    expect(await findingsOf(send('a'), send('b', two), acknowledged('a', 5), ...log)).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('of what was acknowledged at one moment, the highest counts, wherever it stands among them', async () => {
    const [p2, p3] = [{ producer: 'p2' }, { producer: 'p3' }]
    const together = [send('a', { at: 1 }), send('b', { ...p2, at: 1 }), acknowledged('a', 5, { at: 2 }), acknowledged('b', 3, { at: 2 })]
    const later = send('c', { ...p3, at: 3 })

    expect(await findingsOf(...together, later, logged('b', 3), logged('c', 4), logged('a', 5), audit(6))).toEqual(['stale-order 1 violation orders-0'])
    expect(await findingsOf(...together, later, logged('b', 3), logged('a', 5), logged('c', 6), audit(7))).toEqual([])
  })

  test('it is permitted only if every such earlier record may be lost', async () => {
    const weak = producer('weak', { acks: '1' })
    const story = [weak, send('a', { producer: 'weak' }), acknowledged('a', 5)]
    expect(await findingsOf(...story, send('b'), ...log)).toEqual(['stale-order 1 permitted orders-0'])
    expect(await findingsOf(...story, send('c'), acknowledged('c', 4), send('b', { producer: 'p2' }), logged('c', 4), ...log))
      .toEqual(['stale-order 1 violation orders-0', 'stale-order 1 permitted orders-0'])
  })

  test('a record is not compared with itself', async () => {
    expect(await found('stale-order', send('a'), acknowledged('a', 5), send('a', { attempt: 2 }), logged('a', 5), logged('a', 3, { attempt: 2 }), audit(6))).toEqual([])
  })
})

describe('replica-divergence', () => {
  const onDisk = (replica: number, ids: readonly string[], more = {}) => [
    ...ids.flatMap((id, offset) => (id === '' ? [] : [logged(id, offset, { replica })])), audit(ids.length, { replica, ...more })
  ]
  const sent = ['a', 'b', 'c'].map(id => send(id))

  test('replicas hold the same record at one offset', async () => {
    expect(await found('replica-divergence', ...sent, ...onDisk(1, ['a', 'b']), ...onDisk(2, ['a', 'c']))).toEqual(['replica-divergence 1 violation orders-0'])
    expect(await found('replica-divergence', ...sent, ...onDisk(1, ['a', 'b']), ...onDisk(2, ['a', 'b', 'c']))).toEqual([])
    expect(await found('replica-divergence', ...nothing)).toEqual([])
  })

  test('an offset that only one has is a difference, except in a compacted topic', async () => {
    const logs = [...sent, ...onDisk(1, ['a', 'b', 'c']), ...onDisk(2, ['a', '', 'c'])]
    expect(await found('replica-divergence', ...logs)).toEqual(['replica-divergence 1 violation orders-0'])
    expect(await found('replica-divergence', topic({ cleanupPolicy: 'compact' }), ...logs)).toEqual([])
  })

  test('an offset counts once, however many pairs differ', async () => {
    expect(await found('replica-divergence', ...sent, ...onDisk(1, ['a']), ...onDisk(2, ['b']), ...onDisk(3, ['c']))).toEqual(['replica-divergence 1 violation orders-0'])
  })

  test('an audit that is not complete is not compared', async () => {
    expect(await found('replica-divergence', ...sent, ...onDisk(1, ['a']), ...onDisk(2, ['b'], { complete: false }))).toEqual([])
  })

  test('an unclean election permits it', async () => {
    expect(await found('replica-divergence', topic({ uncleanLeaderElection: true }), ...sent, ...onDisk(1, ['a']), ...onDisk(2, ['b']))).toEqual(['replica-divergence 1 permitted orders-0'])
  })
})

describe('epoch-regressed', () => {
  const log = (...epochs: (number | null)[]) => [
    ...epochs.flatMap((leaderEpoch, offset) => [send(`r${offset}`), logged(`r${offset}`, offset, { leaderEpoch })]), audit(epochs.length)
  ]

  test('epochs rise along a log', async () => {
    expect(await findingsOf(...log(1, 3, 2, 2, 1))).toEqual(['epoch-regressed 2 violation orders-0'])
    expect(await findingsOf(...log(3, null, 2))).toEqual(['epoch-regressed 1 violation orders-0'])
    expect(await findingsOf(...log(1, 1, null, 4))).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('a weak topic permits a fall', async () => {
    expect(await findingsOf(topic({ minInsyncReplicas: 1 }), ...log(3, 2))).toEqual(['epoch-regressed 1 permitted orders-0'])
  })

  test('epochs rise along one assignment\'s deliveries', async () => {
    const sent = [send('a'), send('b')]
    const reads = (...between: HistoryLine[]) => [...sent, assigned(), delivered('a', 0, { leaderEpoch: 5 }), ...between, delivered('b', 1, { leaderEpoch: 4 }), audit(2, { complete: false })]
    expect(await found('epoch-regressed', ...reads())).toEqual(['epoch-regressed 1 violation orders-0 of g'])
    expect(await found('epoch-regressed', ...reads(revoked(), assigned()))).toEqual([])
  })
})
