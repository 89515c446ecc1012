/**
 * Finds the row of one attempt of a record while sends come in: along the short chain of the record's rows, or in a map
 * where somebody made the chain long. Nearly every record has one attempt, which costs three numbers here.
 */
import { column, type Column } from './columns.ts'

export interface AttemptIndex {
  readonly has: (record: number) => boolean
  /** The row of an attempt, or -1. */
  readonly rowOf: (record: number, attempt: number) => number
  /** Takes note of the row that was pushed last. */
  readonly add: (record: number) => void
}

const longestChain = 16

export const attemptIndex = (attempts: Column): AttemptIndex => {
  const heads = column()
  const lengths = column()
  const nexts = column()
  const maps = new Map<number, Map<number, number>>()

  const has = (record: number): boolean => record < heads.length() && heads.get(record) !== -1

  const mapOf = (record: number): Map<number, number> => {
    const known = maps.get(record)
    if (known !== undefined) return known

    const rows = new Map<number, number>()
    for (let row = heads.get(record); row !== -1; row = nexts.get(row)) rows.set(attempts.get(row), row)
    maps.set(record, rows)

    return rows
  }

  const rowOf = (record: number, attempt: number): number => {
    if (!has(record)) return -1
    if (lengths.get(record) > longestChain) return mapOf(record).get(attempt) ?? -1

    let row = heads.get(record)
    while (row !== -1 && attempts.get(row) !== attempt) row = nexts.get(row)

    return row
  }

  return {
    has,
    rowOf,
    add: record => {
      while (heads.length() <= record) {
        heads.push(-1)
        lengths.push(0)
      }
      const row = nexts.length()
      nexts.push(heads.get(record))
      heads.set(record, row)
      lengths.set(record, lengths.get(record) + 1)
      if (lengths.get(record) > longestChain) mapOf(record).set(attempts.get(row), row)
    }
  }
}
