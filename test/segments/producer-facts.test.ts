/** What batches tell beyond their records: how transactions ended, whether producers' numbers continue, where epochs begin. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codecs } from '../../harness/clients/codecs.ts'
import { readBatches, type BatchInfo } from '../../harness/model/record-batches.ts'
import { directoryOf, followSequences, partitionFiles, readLeaderEpochs } from '../../harness/segments/index.ts'
import { followTransactions } from '../../harness/model/transaction-fates.ts'

const batch = (fields: Partial<BatchInfo>): BatchInfo => ({
  baseOffset: 0, lastOffset: fields.baseOffset ?? 0, leaderEpoch: 0, producerId: 7n, producerEpoch: 0, baseSequence: 0, codec: 0,
  transactional: false, control: false, marker: undefined, records: 1, intact: true, ...fields
})

describe('transactions', () => {
  const data = (producerId: bigint, baseOffset: number) => batch({ producerId, baseOffset, transactional: true })
  const marker = (producerId: bigint, baseOffset: number, how: 'commit' | 'abort') => batch({ producerId, baseOffset, transactional: true, control: true, marker: how })

  test('end with their own producer\'s next marker, however they lie between each other', () => {
    const log = [data(1n, 0), data(2n, 1), data(1n, 2), marker(2n, 3, 'abort'), data(2n, 4), marker(1n, 5, 'commit'), data(1n, 6), marker(2n, 7, 'commit')]
    const fates = followTransactions()
    for (const one of log) fates.batch(one)

    expect(log.filter(({ control }) => !control).map(one => `${one.baseOffset} ${fates.fateOf(one.baseOffset, one)}`)).toEqual([
      '0 committed', '1 aborted', '2 committed', '4 committed', '6 open'
    ])
    expect(fates.firstOpen()).toBe(6)
  })

  test('leave what is outside of them committed, and a log without open ones has no first', () => {
    const fates = followTransactions()
    fates.batch(batch({}))

    expect(fates.fateOf(0, batch({}))).toBe('committed')
    expect(fates.firstOpen()).toBeUndefined()
  })

  test('of Kafka\'s own making are told apart by their markers', () => {
    const fates = followTransactions()
    const found: { value: string, offset: number, info: BatchInfo }[] = []
    readBatches(readFileSync(join(import.meta.dirname, 'written-by-kafka/transactions.segment')), {
      codecs, onBatch: fates.batch, onRecord: (offset, value, info) => { found.push({ value: value.toString().split('-')[0] ?? '', offset, info }) }
    })

    expect(new Set(found.map(({ value, offset, info }) => `${value} ${fates.fateOf(offset, info)}`))).toEqual(new Set(['kept committed', 'dropped aborted', 'open open']))
  })
})

describe('sequences', () => {
  const breaksIn = (...batches: readonly Partial<BatchInfo>[]) => {
    const sequences = followSequences()
    for (const one of batches) sequences.batch(batch(one))

    return sequences.breaks().map(({ kind, offset, expected, found }) => ({ kind, offset, expected, found }))
  }

  test('that continue, begin anew with an epoch or go round are in order', () => {
    expect(breaksIn(
      { baseOffset: 100, lastOffset: 104, baseSequence: 40 }, { baseOffset: 105, lastOffset: 105, baseSequence: 45 },
      { baseOffset: 106, producerEpoch: 1, baseSequence: 0 }, { baseOffset: 107, producerId: 8n, baseSequence: 2 ** 31 - 1 },
      { baseOffset: 108, producerId: 8n, baseSequence: 0 }
    )).toEqual([])
  })

  test('that stand twice, or leave numbers out, are told with their place', () => {
    expect(breaksIn({ lastOffset: 4 }, { baseOffset: 5, lastOffset: 9 }, { baseOffset: 10, baseSequence: 5 })).toEqual([{ kind: 'repeated', offset: 5, expected: 5, found: 0 }])
    expect(breaksIn({}, { baseOffset: 1, baseSequence: 3 }, { baseOffset: 2, baseSequence: 4 })).toEqual([{ kind: 'gap', offset: 1, expected: 1, found: 3 }])
    expect(breaksIn({}, { baseOffset: 1, producerEpoch: 1, baseSequence: 2 })).toEqual([{ kind: 'gap', offset: 1, expected: 0, found: 2 }])
  })

  test('are nobody\'s where a producer is not idempotent, and markers have none', () => {
    expect(breaksIn({ producerId: -1n }, { baseOffset: 1, producerId: -1n })).toEqual([])
    expect(breaksIn({}, { baseOffset: 2, control: true, baseSequence: -1 }, { baseOffset: 3, baseSequence: 1 })).toEqual([])
  })
})

describe('a leader-epoch-checkpoint', () => {
  test('tells where each epoch begins', () => {
    expect(readLeaderEpochs('0\n2\n0 0\n3 1200\n')).toEqual([{ epoch: 0, startOffset: 0 }, { epoch: 3, startOffset: 1200 }])
    expect(readLeaderEpochs('0\n0\n')).toEqual([])
  })

  test.each([['', 'version ""'], ['1\n0\n', 'version "1"'], ['0\n2\n0 0\n', 'promises 2 entries and has 1'], ['0\n1\n0 x\n', 'the line "0 x"']])('that is %j is refused', (text, reason) => {
    expect(() => readLeaderEpochs(text)).toThrow(reason)
  })
})

describe('the files of a partition', () => {
  test('are its segments in the order of their offsets, and its checkpoint; nothing that a deletion or a compaction has left', () => {
    const files = [
      '00000000000000000100.log', '00000000000000000000.log', '00000000000000000000.index', 'leader-epoch-checkpoint',
      '00000000000000000050.log.deleted', '00000000000000000050.log.cleaned', '00000000000000000100.snapshot', 'partition.metadata'
    ].map(name => ({ path: `${directoryOf('orders', 0)}/${name}` }))
    const [found, ...more] = partitionFiles('orders', [...files, { path: 'orders-0.abc-delete/00000000000000000000.log' }, { path: 'orders-old-0/00000000000000000000.log' }])

    expect(more).toEqual([])
    expect(found?.segments.map(({ baseOffset, file: { path } }) => [baseOffset, path])).toEqual([[0, 'orders-0/00000000000000000000.log'], [100, 'orders-0/00000000000000000100.log']])
    expect(found).toMatchObject({ partition: 0, epochs: { path: 'orders-0/leader-epoch-checkpoint' }, unsettled: false })
    expect(partitionFiles('orders', [...files, { path: 'orders-0/00000000000000000000.log.swap' }])[0]?.unsettled).toBe(true)
  })
})
