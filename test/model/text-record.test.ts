/** Records that their client makes itself: a text names one record of one run, and nothing else does. */
import { expect, test } from 'vitest'
import { claimOf, readRecord, recordTags } from '../../harness/model/record.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { textPrefix, textRecord } from '../../harness/model/text-record.ts'

const { run } = recordTags('run-1', '')
const { run: other } = recordTags('run-2', '')
const written = (identity: { readonly producer: number, readonly incarnation: number }, sequence: number, tag = run): Buffer => Buffer.from(`${textPrefix(tag, identity)}.${sequence}`)

test.each([
  [{ producer: 1, incarnation: 1 }, 0],
  [{ producer: 8191, incarnation: 255 }, 2 ** 32 - 1]
])('the text of %o and its sequence %i is its record\'s number', (identity, sequence) => {
  const record = recordNumber({ ...identity, sequence })

  expect(readRecord(written(identity, sequence), run)).toEqual({ kind: 'own', stamp: { record, attempt: 1 }, intact: undefined })
  expect(claimOf(written(identity, sequence), run)).toEqual({ record, attempt: 1 })
})

test('the prefix is a number that VerifiableProducer takes, for every run', () => {
  const prefixes = Array.from({ length: 2000 }, (_, index) => textPrefix(recordTags(`run-${index}`, '').run, { producer: 8191, incarnation: 255 }))

  expect(prefixes.filter(prefix => prefix > 2 ** 31 - 1 || prefix < 2 ** 21)).toEqual([])
})

test('another run\'s text is foreign', () => {
  expect(readRecord(written({ producer: 1, incarnation: 1 }, 7, other), run)).toEqual({ kind: 'foreign' })
})

test.each([
  ['nothing', ''],
  ['a number without a prefix', '17'],
  ['a leading zero', `${textPrefix(run, { producer: 1, incarnation: 1 })}.017`],
  ['a sign', `-${textPrefix(run, { producer: 1, incarnation: 1 })}.17`],
  ['more behind it', `${textPrefix(run, { producer: 1, incarnation: 1 })}.17 `],
  ['a line\'s end', `${textPrefix(run, { producer: 1, incarnation: 1 })}.17\n`],
  ['no producer', `${textPrefix(run, { producer: 0, incarnation: 1 })}.17`],
  ['no incarnation', `${textPrefix(run, { producer: 1, incarnation: 0 })}.17`],
  ['a sequence beyond the last', `${textPrefix(run, { producer: 1, incarnation: 1 })}.4294967296`]
])('%s is foreign', (_, text) => {
  expect(textRecord(Buffer.from(text), run)).toBeUndefined()
})
