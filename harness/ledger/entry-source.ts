/**
 * Reads the entries of one file in blocks, from start to end or only stretches of it. No file is assumed to be in the order of time
 * (what a foreign process reports is stamped late), so an entry's place among those of other files, its key, is the latest time that
 * the file has come to.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { blockStretches, findStretches, type BlockStretches } from './block-stretches.ts'
import { entryBytes, headerBytes, kinds, type LedgerHeader } from './format.ts'
import type { LedgerProcess } from './ledger-folder.ts'

/** A block of entries, seen in every width that an entry's fields have. */
export interface EntryBlock {
  readonly bytes: Uint8Array
  readonly words: Uint16Array
  readonly doubleWords: Uint32Array
  readonly doubles: Float64Array
}

export interface EntrySource {
  readonly kind: 'entries'
  readonly file: string
  readonly header: LedgerHeader
  readonly process: LedgerProcess
  readonly block: EntryBlock
  readonly stretches: BlockStretches
  /** The current entry's place in the block. */
  place: number
  /** The current entry's place in the file, from 1 on. */
  number: number
  key: number
  ended: boolean
  /** Where in the block the first entry is whose key is above a limit, or at it where that is not allowed; else the block's end. */
  readonly stretch: (limit: Limit) => number
  /** Goes to where the last `stretch` ended. */
  readonly advance: () => void
  readonly close: () => void
}

export interface Limit {
  key: number
  /** Entries whose key is the limit's belong to it too. */
  inclusive: boolean
}

/** Entries of a file, from the one at place `first` (from 0 on); `key`: at least this has come before, in what is left out. */
export interface Selection {
  readonly first: number
  readonly count: number
  readonly key: number
}

export const entriesInBlock = 8192
const twoTo32 = 2 ** 32

/** Keys are four times the time, and what happened at one time is ordered by rank: see `merge.ts`. */
export const ranks = 4
export const entryRank = 1
export const loggedKey = Number.MAX_SAFE_INTEGER - 1
export const kindBits = 0x1f

export const timeAt = ({ doubleWords, words }: EntryBlock, place: number): number =>
  doubleWords[place * 8 + 2]! + words[place * 16 + 6]! * twoTo32

export const keyAt = (block: EntryBlock, place: number): number => {
  const kind = block.bytes[place * 32]! & kindBits

  return kind === kinds.logged || kind === kinds.effect ? loggedKey : timeAt(block, place) * ranks + entryRank
}

export const emptyBlock = (entries: number): EntryBlock => {
  const buffer = new ArrayBuffer(entries * entryBytes)

  return {
    bytes: new Uint8Array(buffer), words: new Uint16Array(buffer), doubleWords: new Uint32Array(buffer), doubles: new Float64Array(buffer)
  }
}

/** All entries, or those selected. */
export const entrySource = (process: LedgerProcess, selected?: Iterable<Selection>): EntrySource => {
  const { file, header } = process.entries!
  const descriptor = openSync(file, 'r')
  const block = emptyBlock(entriesInBlock)
  const stretches = blockStretches(entriesInBlock)
  // A torn last entry is cut off here.
  const total = Math.floor(Math.max(0, fstatSync(descriptor).size - headerBytes) / entryBytes)
  const selections = (selected ?? [{ first: 0, count: total, key: 0 }])[Symbol.iterator]()
  let next = 0
  let left = 0
  let inBlock = 0
  let end = 0
  let keyAtEnd = 0

  const fill = (): void => {
    while (left === 0) {
      const selection = selections.next()
      if (selection.done === true) {
        source.ended = true

        return
      }
      next = selection.value.first
      left = selection.value.count
      keyAtEnd = Math.max(keyAtEnd, selection.value.key)
    }
    inBlock = readEntries(descriptor, block, { first: next, count: Math.min(entriesInBlock, left) })
    findStretches(stretches, block, inBlock)
    source.ended = inBlock === 0
    source.number = next + 1
    source.place = 0
    next += inBlock
    left -= inBlock
    source.key = Math.max(keyAtEnd, keyAt(block, 0))
  }

  const source: EntrySource = {
    kind: 'entries', file, header, process, block, stretches, place: 0, number: 0, key: 0, ended: false,
    close: () => { closeSync(descriptor) },
    stretch: ({ key: limit, inclusive }) => {
      let key = source.key
      end = stretches.ends[source.place]!
      for (; end < inBlock; end = stretches.ends[end]!) {
        const own = keyAt(block, end)
        if (own <= key) continue
        if (own > limit || (own === limit && !inclusive)) {
          keyAtEnd = own

          return end
        }
        key = own
      }
      keyAtEnd = key

      return end
    },
    advance: () => {
      if (end >= inBlock) fill()
      else {
        source.number += end - source.place
        source.place = end
        source.key = keyAtEnd
      }
    }
  }
  fill()

  return source
}

const readEntries = (descriptor: number, { bytes }: EntryBlock, { first, count }: Pick<Selection, 'first' | 'count'>): number => {
  const wanted = count * entryBytes
  let read = 0
  while (read < wanted) {
    const length = readSync(descriptor, bytes, read, wanted - read, headerBytes + first * entryBytes + read)
    if (length === 0) break
    read += length
  }

  return Math.floor(read / entryBytes)
}
