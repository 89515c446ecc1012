/** Where a reader stands that has been given everything: behind the last record that it is given, not at the log's end. */
import { expect, test } from 'vitest'
import { lastReadable } from '../../harness/clients/record-ends.ts'
import type { BatchInfo } from '../../harness/model/record-batches.ts'

const batch = (baseOffset: number, more: Partial<BatchInfo> = {}): BatchInfo => ({
  baseOffset, lastOffset: baseOffset, leaderEpoch: 0, producerId: 1n, producerEpoch: 0, baseSequence: 0, codec: 0, transactional: false,
  control: false, marker: undefined, records: 1, intact: true, ...more
})
const written = (baseOffset: number, lastOffset = baseOffset) => batch(baseOffset, { lastOffset, transactional: true })
const marked = (offset: number, marker: 'commit' | 'abort') => batch(offset, { transactional: true, control: true, marker })

test.for<[string, readonly BatchInfo[], number | undefined, number | undefined]>([
  ['an empty log', [], undefined, undefined],
  ['records without transactions', [batch(3), batch(4)], 5, 5],
  ['a committed transaction and its marker', [written(0, 9), marked(10, 'commit')], 10, 10],
  ['an aborted transaction after a committed one', [written(0), marked(1, 'commit'), written(2, 5), marked(6, 'abort')], 6, 1],
  ['a transaction that is still open', [batch(0), written(1, 4)], 5, 1],
  ['nothing but an aborted transaction', [written(0), marked(1, 'abort')], 1, undefined],
  ['nothing but a marker', [marked(7, 'commit')], undefined, undefined]
])('%s', ([, batches, uncommitted, committed]) => {
  expect([lastReadable(batches, 'read_uncommitted'), lastReadable(batches, 'read_committed')]).toEqual([uncommitted, committed])
})
