/**
 * What stands where in one file of entries: for each 64 of them two bytes, the bundles of partitions that they concern. Who wants some
 * bundles then reads little else.
 */
import type { Selection } from './entry-source.ts'

export interface EntryIndex {
  /** Entries, by their places in the file from 0 on, concern a bundle; or nobody knows which. */
  readonly note: (first: number, count: number, bundle: number) => void
  /** The file had come to a later key than these entries': what `entry-source.ts` has to know where it leaves out what is before. */
  readonly late: (first: number, count: number, key: number) => void
  readonly select: (isWanted: (bundle: number) => boolean) => Iterable<Selection>
}

/** In place of a bundle: any of them. */
export const anyBundle = 255

const entriesInRow = 64
/** Reading this many rows that nobody wants is quicker than another call. */
const mostRowsBetween = 4

export const entryIndex = (): EntryIndex => {
  let rows = new Uint8Array(2 * 1024)
  let length = 0
  const lateKeys = new Map<number, number>()

  const reach = (row: number): void => {
    if (row * 2 >= rows.length) rows = new Uint8Array(rows.buffer.transfer(rows.length * 2))
    length = Math.max(length, row + 1)
  }

  return {
    note: (first, count, bundle) => {
      const last = Math.floor((first + count - 1) / entriesInRow)
      for (let row = Math.floor(first / entriesInRow); row <= last; row++) {
        reach(row)
        const one = rows[row * 2]!
        const other = rows[row * 2 + 1]!
        if (one === bundle || other === bundle || other === anyBundle) continue
        if (one === 0 && bundle !== anyBundle) rows[row * 2] = bundle
        else rows[row * 2 + 1] = other === 0 ? bundle : anyBundle
      }
    },
    late: (first, count, key) => {
      for (let row = Math.ceil(first / entriesInRow); row * entriesInRow < first + count; row++) lateKeys.set(row, key)
    },
    select: function* (isWanted) {
      let from = -1
      let until = -1
      const selected = (): Selection =>
        ({ first: from * entriesInRow, count: (until - from) * entriesInRow, key: lateKeys.get(from) ?? 0 })

      for (let row = 0; row < length; row++) {
        const one = rows[row * 2]!
        const other = rows[row * 2 + 1]!
        if (!(other === anyBundle || (one !== 0 && isWanted(one)) || (other !== 0 && isWanted(other)))) continue
        if (from !== -1 && row - until > mostRowsBetween) {
          yield selected()
          from = -1
        }
        if (from === -1) from = row
        until = row + 1
      }
      if (from !== -1) yield selected()
    }
  }
}
