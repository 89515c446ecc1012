/**
 * Brings rows into groups (a partition's sends, a log's records), and within each into the order of time or offsets. Evidence comes
 * in batches of neighbours, mostly in order already, so an order is a list of stretches of rows rather than of rows: a column is
 * rearranged by moving stretches, and one whose rows stay where they are is not touched.
 */
import type { Numbers } from '../model/evidence.ts'
import { column, type Column } from './columns.ts'

/** Rows in the order of their group, and within it in the order in which they came; `starts[g]` is where group g begins. */
export interface Grouping {
  readonly starts: Int32Array
  /** By stretch, in the new order: its first old row, and how many follow one another from there. */
  readonly from: Numbers
  readonly lengths: Numbers
}

interface Stretches {
  readonly from: Column
  readonly lengths: Column
}

export const groupRows = (groups: Numbers, count: number): Grouping => {
  const found = { group: column(), from: column(), lengths: column() }
  for (let row = 0; row < groups.length;) {
    const group = groups[row]!
    let end = row + 1
    while (end < groups.length && groups[end] === group) end += 1
    found.group.push(group)
    found.from.push(row)
    found.lengths.push(end - row)
    row = end
  }

  return inOrder(found.group.take(), { from: found.from.take(), lengths: found.lengths.take() }, count)
}

/** A counting sort of stretches by their group. */
const inOrder = (groups: Numbers, { from, lengths }: Pick<Grouping, 'from' | 'lengths'>, count: number): Grouping => {
  const starts = new Int32Array(count + 1)
  const next = new Int32Array(count + 1)
  for (let stretch = 0; stretch < groups.length; stretch++) {
    const group = groups[stretch]!
    starts[group + 1]! += lengths[stretch]!
    next[group + 1]! += 1
  }
  for (let group = 0; group < count; group++) {
    starts[group + 1]! += starts[group]!
    next[group + 1]! += next[group]!
  }
  const sortedFrom = new Int32Array(groups.length)
  const sortedLengths = new Int32Array(groups.length)
  for (let stretch = 0; stretch < groups.length; stretch++) {
    const place = next[groups[stretch]!]!++
    sortedFrom[place] = from[stretch]!
    sortedLengths[place] = lengths[stretch]!
  }

  return { starts, from: sortedFrom, lengths: sortedLengths }
}

/** The rows of each group by a column; equal values stay in the order in which they came. */
export const sortedWithinGroups = (grouping: Grouping, by: Numbers): Grouping => {
  const { starts } = grouping
  const sorted: Stretches = { from: column(grouping.from.length), lengths: column(grouping.from.length) }
  let stretch = 0
  for (let group = 0; group + 1 < starts.length; group++) {
    const first = stretch
    for (let rows = starts[group]!; rows < starts[group + 1]!; stretch++) rows += grouping.lengths[stretch]!
    const one = { from: grouping.from.subarray(first, stretch), lengths: grouping.lengths.subarray(first, stretch) }
    if (ascending(one, by)) addStretches(sorted, one)
    else addRows(sorted, rowsOf(one, starts[group + 1]! - starts[group]!).sort((left, right) => by[left]! - by[right]! || left - right))
  }

  return { starts, from: sorted.from.take(), lengths: sorted.lengths.take() }
}

const ascending = ({ from, lengths }: Pick<Grouping, 'from' | 'lengths'>, by: Numbers): boolean => {
  let last = -Infinity
  for (let stretch = 0; stretch < from.length; stretch++) {
    const first = from[stretch]!
    const end = first + lengths[stretch]!
    for (let row = first; row < end; row++) {
      const value = by[row]!
      if (value < last) return false
      last = value
    }
  }

  return true
}

const rowsOf = ({ from, lengths }: Pick<Grouping, 'from' | 'lengths'>, count: number): Int32Array => {
  const rows = new Int32Array(count)
  let next = 0
  for (let stretch = 0; stretch < from.length; stretch++) {
    for (let index = 0; index < lengths[stretch]!; index++) rows[next++] = from[stretch]! + index
  }

  return rows
}

const addStretches = (all: Stretches, { from, lengths }: Pick<Grouping, 'from' | 'lengths'>): void => {
  for (let stretch = 0; stretch < from.length; stretch++) {
    all.from.push(from[stretch]!)
    all.lengths.push(lengths[stretch]!)
  }
}

const addRows = (all: Stretches, rows: Int32Array): void => {
  for (let index = 0; index < rows.length;) {
    let end = index + 1
    while (end < rows.length && rows[end] === rows[end - 1]! + 1) end += 1
    all.from.push(rows[index]!)
    all.lengths.push(end - index)
    index = end
  }
}

const shortStretch = 16

/** A column with its rows in another order; the same column, if that is the order in which they are. */
export const rearranged = (values: Numbers, { from, lengths }: Pick<Grouping, 'from' | 'lengths'>): Numbers => {
  if (isInPlace(from, lengths) || isConstant(values)) return values

  const result = new (values.constructor as new (length: number) => Numbers)(values.length)
  let next = 0
  for (let stretch = 0; stretch < from.length; stretch++) {
    const first = from[stretch]!
    const count = lengths[stretch]!
    if (count > shortStretch) result.set(values.subarray(first, first + count), next)
    else for (let index = 0; index < count; index++) result[next + index] = values[first + index]!
    next += count
  }

  return result
}

/** All values are the same, as in many a column of small ones: then each byte is as the one before. */
const isConstant = (values: Numbers): boolean => {
  if (values.BYTES_PER_ELEMENT > 1) return false
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.length)

  return Buffer.compare(bytes.subarray(1), bytes.subarray(0, -1)) === 0
}

const isInPlace = (from: Numbers, lengths: Numbers): boolean => {
  let next = 0
  for (let stretch = 0; stretch < from.length; stretch++) {
    if (from[stretch] !== next) return false
    next += lengths[stretch]!
  }

  return true
}
