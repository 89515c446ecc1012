/**
 * Finds the row of one attempt of a record while sends come in. Nearly every record has one attempt, which costs one number here;
 * those with several have a map.
 */
import { slots, type Column } from './columns.ts'

export interface AttemptIndex {
  readonly has: (record: number) => boolean
  /** The row of an attempt, or -1. */
  readonly rowOf: (record: number, attempt: number) => number
  /** The row of a record that has one; -1 for any other. */
  readonly onlyRowOf: (record: number) => number
  /** All rows of a record. */
  readonly rowsOf: (record: number) => readonly number[]
  /** Takes note of a record's first row; false: it has one already. */
  readonly addOnly: (record: number, row: number) => boolean
  /** Takes note of a row, which holds another attempt than those before. */
  readonly add: (record: number, row: number) => void
}

export const attemptIndex = (attempts: Column, expected?: number): AttemptIndex => {
  // By record: 0 without a send, one more than its only row, or less than 0: the place of its map.
  const heads = slots(expected)
  const several: Map<number, number>[] = []
  const headOf = (record: number): number => heads.values[record] ?? 0

  return {
    has: record => headOf(record) !== 0,
    rowOf: (record, attempt) => {
      const head = headOf(record)
      if (head > 0) return attempts.get(head - 1) === attempt ? head - 1 : -1

      return head === 0 ? -1 : several[-head - 1]!.get(attempt) ?? -1
    },
    onlyRowOf: record => Math.max(headOf(record) - 1, -1),
    rowsOf: record => {
      const head = headOf(record)
      if (head > 0) return [head - 1]

      return head === 0 ? [] : [...several[-head - 1]!.values()]
    },
    addOnly: (record, row) => {
      heads.reach(record + 1)
      if (heads.values[record] !== 0) return false
      heads.values[record] = row + 1

      return true
    },
    add: (record, row) => {
      heads.reach(record + 1)
      const head = heads.values[record]!
      if (head === 0) heads.values[record] = row + 1
      else if (head > 0) heads.values[record] = -several.push(new Map([[attempts.get(head - 1), head - 1], [attempts.get(row), row]]))
      else several[-head - 1]!.set(attempts.get(row), row)
    }
  }
}
