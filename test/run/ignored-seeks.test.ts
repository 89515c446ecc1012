/** Whether clients went where their application sought to: histories of one member that was delivered six records and sought back. */
import { expect, test } from 'vitest'
import { ignoredSeeks } from '../../harness/run/ignored-seeks.ts'
import { acknowledged, assigned, audit, delivered, evidenceOf, logged, member, producer, revoked, seek, send, topic, type HistoryLine } from '../histories.ts'

const written = Array.from({ length: 10 }, (_, offset) => [send(`r${offset}`, { at: offset }), acknowledged(`r${offset}`, offset, { at: offset + 1 })]).flat()
const inTheLog = (...gone: readonly number[]): HistoryLine[] =>
  [...Array.from({ length: 10 }, (_, offset) => offset).filter(offset => !gone.includes(offset)).map(offset => logged(`r${offset}`, offset)), audit(10)]
const given = (from: number, to: number, at: number): HistoryLine[] => Array.from({ length: to - from }, (_, index) => delivered(`r${from + index}`, from + index, { at: at + index }))
const began = [topic(), producer('p1'), member(), member({ member: 'c2' }), ...written, assigned({ at: 20, position: 0 }), ...given(0, 6, 30)]
const back = seek(3, { at: 50, reason: 'application' })
const ignored = async (...lines: readonly HistoryLine[]): Promise<readonly string[]> => ignoredSeeks(await evidenceOf([...began, ...lines]))

test('a client that goes on where it was has ignored the seek', async () => {
  expect(await ignored(back, ...given(6, 8, 60), ...inTheLog())).toEqual(['c1 sought back to 3 in orders-0, and was given 6 next.'])
  expect(await ignored(back, ...given(2, 8, 60), ...inTheLog())).toEqual(['c1 sought back to 3 in orders-0, and was given 2 next.'])
})

test.each<[string, readonly HistoryLine[]]>([
  ['goes where it was sought to', [back, ...given(3, 8, 60), ...inTheLog()]],
  ['goes to the next that the log has', [back, ...given(4, 8, 60), ...inTheLog(3)]],
  ['loses the partition before it is given anything', [back, revoked({ at: 55 }), assigned({ at: 56, position: 6 }), ...given(6, 8, 60), ...inTheLog()]],
  ['seeks elsewhere before that', [back, seek(5, { at: 55, reason: 'application' }), ...given(5, 8, 60), ...inTheLog()]],
  ['is given nothing more', [back, ...inTheLog()]],
  ['is moved by its client, and not by its application', [seek(3, { at: 50, reason: 'out-of-range' }), ...given(6, 8, 60), ...inTheLog()]],
  ['seeks back in a log that has been cut off since', [back, ...given(6, 8, 60), ...inTheLog(3, 4, 5)]]
])('one that %s has not', async (_, lines) => {
  expect(await ignored(...lines)).toEqual([])
})
