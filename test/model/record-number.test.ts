/** Numbers and names of records: what goes in comes out. */
import { expect, test } from 'vitest'
import { identityOf, recordName, recordNumber, recordNumberOf } from '../../harness/model/record-number.ts'

test('the first incarnation is not named, a later one is', () => {
  expect(recordName(recordNumber({ producer: 1, incarnation: 1, sequence: 17 }))).toBe('p1:17')
  expect(recordName(recordNumber({ producer: 12, incarnation: 3, sequence: 0 }))).toBe('p12.3:0')
})

test('the largest numbers are exact, and come back as they went in', () => {
  const identity = { producer: 8191, incarnation: 255, sequence: 2 ** 32 - 1 }
  const number = recordNumber(identity)

  expect(Number.isSafeInteger(number)).toBe(true)
  expect(identityOf(number)).toEqual(identity)
  expect(recordNumberOf(recordName(number))).toBe(number)
})

test.for(['p1', 'p01:3', 'p1.1:3', 'p1:03', 'x1:3', 'p1:99999999999', ''])('"%s" is no name of the harness\'s own records', name => {
  expect(recordNumberOf(name)).toBeUndefined()
})
