/** Where in a block of entries those end that have everything but the record's number and the value in common. */
import type { EntryBlock } from './entry-source.ts'

export interface BlockStretches {
  /** By the place of a stretch's first entry: where it ends. */
  readonly ends: Uint16Array
  /** By the same place: what follows one another in it, of `follows`. */
  readonly follow: Uint8Array
}

/** Bits: each record's number, or value, is one more than that of the entry before. */
export const follows = { numbers: 1, values: 2 } as const

export const blockStretches = (entries: number): BlockStretches => ({ ends: new Uint16Array(entries), follow: new Uint8Array(entries) })

export const findStretches = ({ ends, follow }: BlockStretches, { doubleWords, doubles }: EntryBlock, count: number): void => {
  for (let from = 0; from < count;) {
    const first = doubleWords[from * 8]!
    const second = doubleWords[from * 8 + 1]!
    const third = doubleWords[from * 8 + 2]!
    const fourth = doubleWords[from * 8 + 3]!
    let following = follows.numbers | follows.values
    let end = from + 1
    for (; end < count; end++) {
      if (doubleWords[end * 8] !== first || doubleWords[end * 8 + 1] !== second ||
        doubleWords[end * 8 + 2] !== third || doubleWords[end * 8 + 3] !== fourth) break
      if (doubles[end * 4 + 2] !== doubles[end * 4 - 2]! + 1) following &= ~follows.numbers
      if (doubles[end * 4 + 3] !== doubles[end * 4 - 1]! + 1) following &= ~follows.values
    }
    ends[from] = end
    follow[from] = following
    from = end
  }
}
