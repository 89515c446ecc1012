/**
 * Columns that grow while evidence comes in, and the sorting of rows into groups afterwards. A column starts with 32 bits a
 * value and widens to doubles with the first value that needs it: offsets, attempts and names of real runs fit, and the
 * numbers of a hostile history only cost memory.
 */
import type { Numbers } from '../model/evidence.ts'

export interface Column {
  readonly push: (value: number) => void
  readonly set: (row: number, value: number) => void
  readonly get: (row: number) => number
  readonly length: () => number
  /** The values so far, without the spare room. */
  readonly finish: () => Numbers
  /** The same, and the column is empty from now on, so that its memory is free as soon as the values are. */
  readonly take: () => Numbers
}

const firstCapacity = 1024

export const column = (): Column => {
  let values: Numbers = new Int32Array(firstCapacity)
  let length = 0

  const widen = (): void => {
    const wide = new Float64Array(values.length)
    wide.set(values)
    values = wide
  }

  const fit = (value: number): void => {
    if ((value | 0) !== value && values instanceof Int32Array) widen()
  }

  const grow = (): void => {
    // Moves the pages where it can, instead of copying what they hold.
    const buffer = (values.buffer as ArrayBuffer).transfer(values.byteLength * 2)
    values = values instanceof Int32Array ? new Int32Array(buffer) : new Float64Array(buffer)
  }

  return {
    push: value => {
      if (length === values.length) grow()
      fit(value)
      values[length++] = value
    },
    set: (row, value) => {
      fit(value)
      values[row] = value
    },
    get: row => values[row] as number,
    length: () => length,
    finish: () => values.subarray(0, length),
    take: () => {
      const taken = values.subarray(0, length)
      values = new Int32Array(firstCapacity)
      length = 0

      return taken
    }
  }
}

/** Rows in the order of their group, and within it in the order in which they came; `starts[g]` is where group g begins. */
export interface Grouping {
  readonly starts: Int32Array
  /** By new row: the old one. */
  readonly rows: Int32Array
}

export const groupRows = (groups: Numbers, count: number): Grouping => {
  const starts = new Int32Array(count + 1)
  for (let row = 0; row < groups.length; row++) starts[(groups[row] as number) + 1]! += 1
  for (let group = 0; group < count; group++) starts[group + 1]! += starts[group]!

  const next = starts.slice(0, count)
  const rows = new Int32Array(groups.length)
  for (let row = 0; row < groups.length; row++) rows[next[groups[row] as number]!++] = row

  return { starts, rows }
}

/** Sorts the rows of each group by a column; equal values stay in the order in which they came. */
export const sortWithinGroups = ({ starts, rows }: Grouping, by: Numbers): void => {
  for (let group = 0; group + 1 < starts.length; group++) {
    const slice = rows.subarray(starts[group], starts[group + 1])
    if (!ascending(slice, by)) slice.sort((left, right) => by[left]! - by[right]! || left - right)
  }
}

const ascending = (rows: Int32Array, by: Numbers): boolean => {
  for (let index = 1; index < rows.length; index++) {
    if (by[rows[index]!]! < by[rows[index - 1]!]!) return false
  }

  return true
}

/** A column with its rows in another order. */
export const rearranged = (values: Numbers, rows: Int32Array): Numbers => {
  const result: Numbers = values instanceof Int32Array ? new Int32Array(rows.length) : new Float64Array(rows.length)
  for (let row = 0; row < rows.length; row++) result[row] = values[rows[row]!]!

  return result
}
