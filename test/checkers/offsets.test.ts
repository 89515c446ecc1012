/** What stands at an offset: conflicts over it, disks that disagree about it, and epochs that fell between two of them. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, assigned, audit, delivered, findingsOf, found, logged, producer, revoked, seek, send, told, topic, written, type HistoryLine
} from '../histories.ts'

const sent = (...ids: readonly string[]): HistoryLine[] => ids.map(id => send(id, { at: 0 }))

describe('offset-conflict', () => {
  const known = [topic(), producer('p1'), producer('p2', { acks: '1' })]

  test('is told with the records that stand there', async () => {
    const four = ['b', 'c', 'd', 'e'].map((id, index) => delivered(id, 7, { at: 100 + index }))
    expect(await told('offset-conflict', ...known, ...sent('a', 'b', 'c', 'd', 'e'), logged('a', 7), ...four, audit(8))).toEqual([{
      anomaly: 'offset-conflict', level: 'violation', count: 1, topic: 'orders', partition: 0, group: null,
      reason: 'min ISR 2, unclean election off: an offset belongs to one record for good',
      witnesses: [{ id: 'a', offset: 7, at: null, note: 'also b, c, d' }]
    }])
  })

  test('is permitted by one weak record, with its contract as the reason', async () => {
    expect(await told('offset-conflict', ...known, ...written('a', 0), send('b', { producer: 'p2' }), logged('b', 0), audit(1)))
      .toMatchObject([{ level: 'permitted', reason: 'acks=1, min ISR 2, unclean election off: an offset may have been written again' }])
    expect(await told('offset-conflict', topic({ minInsyncReplicas: 1 }), logged('x', 0), logged('y', 0), audit(1)))
      .toMatchObject([{ level: 'permitted', reason: 'min ISR 1, unclean election off: an offset may have been written again' }])
  })

  test('counts where a record was acknowledged, not where it was sent', async () => {
    const elsewhere = [send('a'), acknowledged('a', 0, { partition: 1 }), audit(1), audit(1, { partition: 1 })]
    expect(await found('offset-conflict', ...elsewhere, ...written('b', 0))).toEqual([])
    expect(await found('offset-conflict', ...elsewhere, send('b', { partition: 1 }), logged('b', 0, { partition: 1 }))).toEqual(['offset-conflict 1 violation orders-1'])
  })

  test('needs offsets', async () => {
    const unplaced = ['a', 'b'].flatMap(id => [send(id), acknowledged(id, null), send(`${id}2`), acknowledged(`${id}2`, null, { partition: 1 })])
    expect(await findingsOf(...unplaced, audit(1, { complete: false }), audit(1, { partition: 1, complete: false }))).toEqual(['inconclusive 1 inconclusive orders-0', 'inconclusive 1 inconclusive orders-1'])
  })

  test('is looked for at every offset, however high', async () => {
    for (const offset of [0, 500, 1_000_000]) {
      expect(await found('offset-conflict', ...written('a', offset), ...written('b', offset), ...written('c', offset), ...written('d', offset + 1), audit(offset + 2)))
        .toEqual(['offset-conflict 1 violation orders-0'])
    }
    for (let offset = 1_020; offset < 1_040; offset++) {
      expect(await found('offset-conflict', ...written('a', offset), audit(offset + 1))).toEqual([])
      expect(await found('offset-conflict', ...written('a', offset), ...written('b', offset), audit(offset + 1))).toEqual(['offset-conflict 1 violation orders-0'])
    }
  })
})

describe('replica-divergence', () => {
  type Row = readonly [offset: number, id: string]
  const disk = (replica: number, rows: readonly Row[], logEnd: number, more = {}): HistoryLine[] =>
    [...rows.map(([offset, id]) => logged(id, offset, { replica })), audit(logEnd, { replica, ...more })]
  const divergence = (...lines: readonly HistoryLine[]) => found('replica-divergence', topic(), ...sent('a', 'b', 'c', 'd'), ...lines)
  const one = ['replica-divergence 1 violation orders-0']

  test('is told with the first two brokers that differ, and what stands there', async () => {
    const disks = [...disk(1, [[0, 'a'], [1, 'b']], 2), ...disk(2, [[0, 'a'], [1, 'c']], 2), ...disk(3, [[0, 'a'], [1, 'd']], 2)]
    const reason = ': two replicas hold different records at one offset'
    expect(await told('replica-divergence', topic(), ...sent('a', 'b', 'c', 'd'), ...disks)).toEqual([{
      anomaly: 'replica-divergence', level: 'violation', count: 1, topic: 'orders', partition: 0, group: null, reason: `min ISR 2, unclean election off${reason}`,
      witnesses: [{ id: 'b', offset: 1, at: null, note: 'brokers 1 and 2' }]
    }])
    expect(await told('replica-divergence', topic({ minInsyncReplicas: 1 }), ...sent('a', 'b', 'c', 'd'), ...disks))
      .toMatchObject([{ level: 'permitted', reason: `min ISR 1, unclean election off${reason}` }])
  })

  test('is found wherever only one has a record', async () => {
    expect(await divergence(...disk(1, [[1, 'b']], 3), ...disk(2, [[0, 'a'], [1, 'b']], 3))).toEqual(one)
    expect(await divergence(...disk(1, [[0, 'a']], 3), ...disk(2, [[0, 'a'], [2, 'c']], 3))).toEqual(one)
    expect(await divergence(...disk(1, [], 3), ...disk(2, [[0, 'a'], [1, 'b'], [2, 'c']], 3))).toEqual(['replica-divergence 3 violation orders-0'])
    expect((await told('replica-divergence', topic(), ...sent('a'), ...disk(1, [], 1), ...disk(2, [[0, 'a']], 1)))[0]?.witnesses).toMatchObject([{ id: 'a', offset: 0 }])
  })

  test('is looked for only where both logs reach', async () => {
    expect(await divergence(...disk(1, [[0, 'a'], [1, 'b']], 2), ...disk(2, [[1, 'b']], 2, { logStart: 1 }))).toEqual([])
    expect(await divergence(...disk(1, [[1, 'c']], 2, { logStart: 1 }), ...disk(2, [[0, 'a'], [1, 'b']], 2))).toEqual(one)
    expect(await divergence(...disk(1, [[0, 'a'], [1, 'b'], [2, 'c']], 3), ...disk(2, [[0, 'a']], 1))).toEqual([])
    expect(await divergence(...disk(1, [[0, 'a'], [1, 'b'], [2, 'c']], 3), ...disk(2, [[0, 'a']], 2))).toEqual(one)
  })

  test('does not mind the order of several records at one offset', async () => {
    const two: readonly Row[] = [[0, 'a'], [0, 'b'], [1, 'd']]
    expect(await divergence(...disk(1, two, 2), ...disk(2, [[0, 'b'], [0, 'a'], [1, 'd']], 2))).toEqual([])
    for (const other of [['a'], ['b'], ['a', 'c'], ['c', 'b'], ['a', 'b', 'c']]) {
      const rows = [...other.map((id): Row => [0, id]), [1, 'd'] as const]
      expect(await divergence(...disk(1, two, 2), ...disk(2, rows, 2))).toEqual(one)
      expect(await divergence(...disk(1, rows, 2), ...disk(2, two, 2))).toEqual(one)
    }
  })

  test('is between disks that were wholly read, and not what a client read', async () => {
    const first = disk(1, [[0, 'a']], 1)
    expect(await divergence(...first, logged('b', 0), audit(1))).toEqual([])
    expect(await divergence(...first, logged('b', 0, { replica: 2 }))).toEqual([])
    expect(await divergence(...first, logged('b', 0, { replica: 2 }), ...disk(3, [[0, 'c']], 1))).toEqual(one)
    expect(await divergence(...first, ...disk(2, [[0, 'b']], 1, { isolation: 'read_committed' }))).toEqual([])
  })

  test('ends at the last stable offset of a reader of committed records, who also leaves others out', async () => {
    const committed = (lastStable: number) => ({ isolation: 'read_committed', lastStable })
    expect(await divergence(...disk(1, [[0, 'a']], 3, committed(1)), ...disk(2, [[0, 'a'], [1, 'b']], 3, committed(2)))).toEqual([])
    expect(await divergence(...disk(1, [[0, 'a']], 3, committed(2)), ...disk(2, [[0, 'a'], [1, 'b']], 3, committed(2)))).toEqual(one)
    expect(await divergence(...disk(1, [[0, 'a']], 1, committed(3)), ...disk(2, [[0, 'a'], [1, 'b']], 3, committed(3)))).toEqual([])
    expect(await divergence(...disk(1, [[0, 'a']], 3, committed(3)), ...disk(2, [[0, 'a'], [1, 'b']], 3))).toEqual([])
    expect(await divergence(...disk(1, [[0, 'a'], [1, 'c']], 3, committed(3)), ...disk(2, [[0, 'a'], [1, 'b']], 3))).toEqual(one)
  })
})

describe('epoch-regressed', () => {
  const at = (id: string, offset: number, leaderEpoch: number, more = {}) => logged(id, offset, { leaderEpoch, ...more })
  const falls = ': a record of an older leader epoch stands above one of a newer'

  test('is told with both epochs', async () => {
    const log = [...sent('a', 'b'), at('a', 0, 3), at('b', 4, 2), audit(5)]
    expect(await told('epoch-regressed', topic(), ...log)).toEqual([{
      anomaly: 'epoch-regressed', level: 'violation', count: 1, topic: 'orders', partition: 0, group: null, reason: `min ISR 2, unclean election off${falls}`,
      witnesses: [{ id: 'b', offset: 4, at: null, note: 'epoch 2 after epoch 3 at offset 0' }]
    }])
    expect(await told('epoch-regressed', topic({ minInsyncReplicas: 1 }), ...log))
      .toMatchObject([{ level: 'permitted', reason: `min ISR 1, unclean election off${falls}, which this contract permits` }])
  })

  test('counts a pair once, on however many disks it is, and other pairs beside it', async () => {
    const log = (more: Readonly<Record<string, unknown>>, epochs: readonly number[]) => [...epochs.map((epoch, offset) => at('abc'[offset]!, offset, epoch, more)), audit(3, more)]
    const disks = [...sent('a', 'b', 'c'), ...log({ replica: 1 }, [3, 2, 1]), ...log({ replica: 2 }, [3, 2, 2])]
    expect(await found('epoch-regressed', ...disks)).toEqual(['epoch-regressed 2 violation orders-0'])
    expect(await found('epoch-regressed', ...disks, ...log({ partition: 1 }, [3, 2, 2]))).toEqual(['epoch-regressed 2 violation orders-0', 'epoch-regressed 1 violation orders-1'])
  })

  test('must hold for every record that stands at an offset', async () => {
    expect(await found('epoch-regressed', ...sent('a', 'b', 'c'), at('a', 0, 5), at('b', 0, 1), at('c', 1, 3), audit(2))).toEqual([])
    expect(await found('epoch-regressed', ...sent('a', 'b', 'c'), at('a', 0, 3), at('b', 1, 1), at('c', 1, 4), audit(2))).toEqual([])
    expect(await found('epoch-regressed', ...sent('a', 'b', 'c'), at('a', 0, 5), at('b', 0, 4), at('c', 1, 3), audit(2))).toEqual(['epoch-regressed 1 violation orders-0'])
  })

  describe('in what was delivered', () => {
    const read = (id: string, offset: number, leaderEpoch: number | null, more = {}) => delivered(id, offset, { leaderEpoch, ...more })
    const fallen = (...lines: readonly HistoryLine[]) => told('epoch-regressed', topic(), ...sent('a', 'b', 'c'), ...lines, audit(3, { complete: false }))
    const c2 = { member: 'c2' }

    test('is told with the delivery and its group', async () => {
      expect(await fallen(assigned({ at: 1 }), read('a', 0, 5, { at: 10 }), read('b', 1, 4, { at: 20 }))).toEqual([{
        anomaly: 'epoch-regressed', level: 'violation', count: 1, topic: 'orders', partition: 0, group: 'g', reason: `min ISR 2, unclean election off${falls}`,
        witnesses: [{ id: 'b', offset: 1, at: 20, note: 'epoch 4 after epoch 5 at offset 0' }]
      }])
    })

    test('goes by offsets, not by time', async () => {
      expect(await fallen(assigned(), read('b', 1, 4), seek(0), read('a', 0, 5))).toMatchObject([{ count: 1, witnesses: [{ id: 'b' }] }])
      expect(await fallen(assigned(), read('b', 1, 5), seek(0), read('a', 0, 4))).toEqual([])
    })

    test('looks over deliveries of which it knows no epoch', async () => {
      expect(await fallen(assigned(), read('a', 0, 3), read('b', 1, null), read('c', 2, 2))).toMatchObject([{ count: 1, witnesses: [{ note: 'epoch 2 after epoch 3 at offset 0' }] }])
      expect(await fallen(assigned(), read('a', 0, 2), read('b', 1, null), read('c', 2, 3))).toEqual([])
    })

    test('takes an offset that was delivered again for whatever of it is innocent', async () => {
      expect(await fallen(assigned({ at: 1 }), read('a', 0, 5, { at: 10 }), seek(0), read('a', 0, 3, { at: 30 }), read('b', 1, 4, { at: 40 }))).toEqual([])
      expect(await fallen(assigned({ at: 1 }), read('a', 0, 5, { at: 10 }), read('b', 1, 4, { at: 20 }), seek(0, { at: 25 }), read('a', 0, 5, { at: 30 }), read('b', 1, 3, { at: 40 })))
        .toMatchObject([{ count: 1, witnesses: [{ id: 'b', at: 20, note: 'epoch 4 after epoch 5 at offset 0' }] }])
    })

    test('keeps members, and what nobody owned, apart', async () => {
      expect(await fallen(assigned(), assigned(c2), read('a', 0, 5), read('b', 1, 4, c2), read('c', 2, 5), read('c', 2, 4, c2))).toEqual([])
      expect(await fallen(assigned(), assigned(c2), read('a', 0, 5), read('a', 0, 5, c2), read('b', 1, 4))).toMatchObject([{ count: 1 }])
      expect(await fallen(assigned(), revoked(), read('a', 0, 5), read('b', 1, 4))).toEqual([])
    })
  })
})
