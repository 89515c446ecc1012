/** A group of a run that begins behind the first record would miss it without a finding, so it is told. */
import { expect, test } from 'vitest'
import { lateStarts } from '../../harness/run/late-starts.ts'
import { acknowledged, assigned, audit, commit, delivered, evidenceOf, logged, member, seek, send, type HistoryLine } from '../histories.ts'

const written = ['a', 'b', 'c'].flatMap((id, offset) => [send(id, { at: 0 }), acknowledged(id, offset, { at: 1 }), logged(id, offset)])
const late = ['The group g began to read orders-0 at 2, though the log has a record at 0: nothing shows what became of those below.']

test.for<[string, readonly HistoryLine[], readonly string[]]>([
  ['a first delivery behind the first record', [...written, audit(3), delivered('c', 2, { at: 10 })], late],
  ['a position behind it', [...written, audit(3), assigned({ at: 5, position: 2 }), delivered('c', 2, { at: 10 })], late],
  ['a seek over it', [...written, audit(3), seek(2, { at: 5 }), delivered('c', 2, { at: 10 })], late],
  ['from the beginning', [...written, audit(3), assigned({ at: 5, position: 0 }), delivered('a', 0, { at: 10 })], []],
  ['where its group had committed', [...written, audit(3), commit(2, { at: 4 }), assigned({ at: 5, position: 2 }), delivered('c', 2, { at: 10 })], []],
  ['behind what was aborted only', [send('a', { at: 0 }), logged('a', 0, { committed: false }), send('c', { at: 0 }), logged('c', 2), audit(3), delivered('c', 2, { at: 10 })], []],
  ['where it was told to reset to the end', [...written, audit(3), member({ reset: 'latest' }), assigned({ at: 5, position: 2 }), delivered('c', 2, { at: 10 })], []],
  ['where another had been there before, and read nothing', [
    ...written, audit(3), member({ reset: 'latest' }), member({ member: 'c2', reset: 'latest' }), assigned({ at: 5 }), assigned({ member: 'c2', at: 8, position: 2 }), delivered('c', 2, { member: 'c2', at: 10 })
  ], late],
  ['where one of its members was not told so', [
    ...written, audit(3), member({ reset: 'latest' }), member({ member: 'c2' }), assigned({ at: 5, position: 2 }), delivered('c', 2, { at: 10 })
  ], late],
  ['nowhere yet', [...written, audit(3)], []]
])('%s', async ([, lines, told]) => {
  expect(lateStarts(await evidenceOf(lines))).toEqual(told)
})
