/**
 * Records as dense numbers, from 0 in the order in which they first appeared. The harness's own records have numbers from
 * the start (`model/record-number.ts`): their dense number is found in pages of one producer's neighbouring sequences, so
 * that millions of them cost four bytes each and no string. Any other id is a name like any.
 */
import { recordName } from '../model/record-number.ts'
import { column, slots } from './columns.ts'
import { numberPages, type NumberRange } from './number-pages.ts'

export interface RecordNumbering {
  readonly ofNumber: (number: number) => number
  /** The same for numbers that follow one another, into `records` from a place on. */
  readonly ofRange: (range: NumberRange, records: Int32Array, place: number) => void
  readonly ofName: (name: string) => number
  readonly count: () => number
  readonly nameOf: (record: number) => string
}

// Small, so that a file of scattered numbers costs little more than its own length.
const pageSize = 64

/** `expected`: about how many records there will be. */
export const recordNumbering = (expected?: number): RecordNumbering => {
  // Page after page, by place: one more than the dense number.
  const dense = slots(expected)
  const pages = numberPages(pageSize, dense.reach)
  const named = new Map<string, number>()
  // By dense number: the harness's number, or minus one less than the place among other names.
  const identities = column(expected)
  const otherNames: string[] = []

  const newRecord = (number: number, place: number): number => {
    identities.push(number)
    dense.values[place] = identities.length()

    return identities.length() - 1
  }

  const ofNumber = (number: number): number => {
    const place = pages.placeOf(number)
    const known = dense.values[place]!

    return known === 0 ? newRecord(number, place) : known - 1
  }

  const ofOtherName = (name: string): number => {
    const known = named.get(name)
    if (known !== undefined) return known

    identities.push(-otherNames.push(name))
    named.set(name, identities.length() - 1)

    return identities.length() - 1
  }

  return {
    ofNumber,
    ofRange: (range, records, start) => {
      for (let index = 0; index < range.count;) {
        const number = range.first + index
        const place = pages.placeOf(number)
        const inPage = pages.inPageFrom(number, range)
        for (let next = 0; next < inPage; next++) {
          const known = dense.values[place + next]!
          records[start + index + next] = known === 0 ? newRecord(number + next, place + next) : known - 1
        }
        index += inPage
      }
    },
    ofName: name => {
      const number = numberInName(name)

      return number === -1 ? ofOtherName(name) : ofNumber(number)
    },
    count: () => identities.length(),
    nameOf: record => {
      const identity = identities.get(record)

      return identity < 0 ? otherNames[-identity - 1]! : recordName(identity)
    }
  }
}

const colon = 58
const dot = 46

/**
 * `recordNumberOf` without a regular expression, because it runs for each line of a history: the number of a name such as
 * `p1:17` or `p1.2:17`, or -1 for any name that is not written exactly as `recordName` writes it.
 */
export const numberInName = (name: string): number => {
  if (name.charCodeAt(0) !== 112 || name.length > 21) return -1
  const producer = digits(name, 1)
  if (producer.value < 1 || producer.value > 8191) return -1

  let incarnation = 1
  let end = producer.end
  if (name.charCodeAt(end) === dot) {
    const later = digits(name, end + 1)
    if (later.value < 2 || later.value > 255) return -1
    incarnation = later.value
    end = later.end
  }
  if (name.charCodeAt(end) !== colon) return -1
  const sequence = digits(name, end + 1)
  if (sequence.value < 0 || sequence.value >= 2 ** 32 || sequence.end !== name.length) return -1

  return (producer.value * 256 + incarnation) * 2 ** 32 + sequence.value
}

/** Reads digits from a place on; the value is -1 without any, or with a leading zero, which no name of ours has. */
const digits = (text: string, start: number): { value: number, end: number } => {
  let value = 0
  let end = start
  for (; end < text.length; end++) {
    const digit = text.charCodeAt(end) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  const leadingZero = end - start > 1 && text.charCodeAt(start) === 48

  return { value: end === start || leadingZero ? -1 : value, end }
}
