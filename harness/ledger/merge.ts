/**
 * Brings the files of a ledger's processes into one order: that of time, and where times are equal a fixed one. Import and
 * export both read a ledger in this order, so an exported history tells the same story line by line. Each file is read once,
 * in bounded pieces; no file is assumed to be in order (what a foreign process reports is stamped late), so a file's place
 * is the latest time that it has come to.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Line } from './fields.ts'
import { entryBytes, headerBytes, kinds, type LedgerHeader } from './format.ts'
import { InputError } from './input-error.ts'
import type { LedgerFolder, LedgerProcess } from './ledger-folder.ts'
import { fileLines } from './ledger-lines.ts'
import { parsedLine } from './line-reader.ts'

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
  /** The current entry's place in the block. */
  place: number
  /** The current entry's place in the file, from 1 on. */
  number: number
  key: number
  ended: boolean
  readonly advance: () => void
  readonly close: () => void
}

export interface LineSource {
  readonly kind: 'lines'
  readonly file: string
  text: string
  line: Line
  number: number
  key: number
  ended: boolean
  readonly advance: () => void
  readonly close: () => void
}

type Source = EntrySource | LineSource

export interface Visitor {
  readonly entry: (source: EntrySource) => void
  /** Neither `run` nor `name` lines. */
  readonly line: (source: LineSource) => void
}

const entriesInBlock = 8192
const twoTo32 = 2 ** 32

// At equal times a member first gets what it reads, then reads it, and then commits it and gives it up.
const ranks = 4
const earlyRank = 0
const entryRank = 1
const lateRank = 2
const loggedKey = Number.MAX_SAFE_INTEGER - 1
const auditKey = Number.MAX_SAFE_INTEGER
const lateEvents: ReadonlySet<unknown> = new Set(['offset-commit', 'revoked'])

export const entryTime = ({ block, place }: EntrySource): number =>
  block.doubleWords[place * 8 + 2]! + block.words[place * 16 + 6]! * twoTo32

export interface Merge {
  /** Visits about as many entries and lines as are asked for; false: there are no more. */
  readonly visit: (atLeast: number) => boolean
  readonly close: () => void
}

/** All entries and lines of a ledger, in the one order. */
export const mergeLedger = (folder: LedgerFolder, visitor: Visitor): Merge => {
  const sources = folder.processes.flatMap(sourcesOf)

  const visitFrom = (source: Source, atMost: number, mayGoOn: (key: number) => boolean): number => {
    let visited = 0
    do {
      if (source.kind === 'entries') visitor.entry(source)
      else visitor.line(source)
      source.advance()
      visited += 1
    } while (visited < atMost && !source.ended && mayGoOn(source.key))

    return visited
  }

  return {
    close: () => { for (const source of sources) source.close() },
    visit: atLeast => {
      let left = atLeast
      while (left > 0) {
        const { first, limit, limitIndex } = next(sources)
        if (first === -1) return false
        left -= visitFrom(sources[first]!, left, key => key < limit || (key === limit && first < limitIndex))
      }

      return true
    }
  }
}

/** The source to read from, and how far: up to the key of the one after it. */
const next = (sources: readonly Source[]): { first: number, limit: number, limitIndex: number } => {
  let first = -1
  let limitIndex = -1
  for (let index = 0; index < sources.length; index++) {
    const source = sources[index]!
    if (source.ended) continue
    if (first === -1 || source.key < sources[first]!.key) {
      limitIndex = first
      first = index
    } else if (limitIndex === -1 || source.key < sources[limitIndex]!.key) limitIndex = index
  }

  return { first, limitIndex, limit: limitIndex === -1 ? Infinity : sources[limitIndex]!.key }
}

const sourcesOf = (process: LedgerProcess): readonly Source[] => [
  ...(process.lines === null ? [] : [lineSource(process.lines)]),
  ...(process.entries === null ? [] : [entrySource(process, process.entries)])
]

const entrySource = (process: LedgerProcess, { file, header }: NonNullable<LedgerProcess['entries']>): EntrySource => {
  const descriptor = openSync(file, 'r')
  const buffer = new ArrayBuffer(entriesInBlock * entryBytes)
  const block: EntryBlock = {
    bytes: new Uint8Array(buffer),
    words: new Uint16Array(buffer),
    doubleWords: new Uint32Array(buffer),
    doubles: new Float64Array(buffer)
  }
  // A torn last entry is cut off here.
  const count = Math.floor(Math.max(0, fstatSync(descriptor).size - headerBytes) / entryBytes)
  let inBlock = 0

  const fill = (): void => {
    const wanted = Math.min(entriesInBlock, count - source.number + 1) * entryBytes
    let read = 0
    while (read < wanted) {
      const length = readSync(descriptor, block.bytes, read, wanted - read, headerBytes + (source.number - 1) * entryBytes + read)
      if (length === 0) break
      read += length
    }
    inBlock = Math.floor(read / entryBytes)
    source.place = 0
  }

  const source: EntrySource = {
    kind: 'entries', file, header, process, block, place: -1, number: 0, key: 0, ended: false,
    close: () => { closeSync(descriptor) },
    advance: () => {
      source.place += 1
      source.number += 1
      if (source.number <= count && source.place >= inBlock) fill()
      if (source.number > count || inBlock === 0) {
        source.ended = true

        return
      }
      const key = isLogged(source) ? loggedKey : entryTime(source) * ranks + entryRank
      if (key > source.key) source.key = key
    }
  }
  source.advance()

  return source
}

const lineSource = (file: string): LineSource => {
  const lines = fileLines(file)
  const source: LineSource = {
    kind: 'lines', file, text: '', line: {}, number: 0, key: 0, ended: false,
    close: () => { lines.return(undefined) },
    advance: () => {
      do {
        const next = lines.next()
        if (next.done === true) {
          source.ended = true

          return
        }
        const { value } = next
        source.text = value.text
        source.number = value.number
        source.line = parsedLine(value.text, (field, problem) => { throw new InputError({ file, line: value.number, field }, problem) })
      } while (source.line['event'] === 'name')
      source.key = Math.max(source.key, lineKey(source.line))
    }
  }
  source.advance()

  return source
}

const kindBits = 0x1f

const isLogged = ({ block, place }: EntrySource): boolean => (block.bytes[place * 32]! & kindBits) === kinds.logged

/** Lines without a time come as soon as they can, and what was found in the end comes at the end. */
const lineKey = (line: Line): number => {
  if (line['event'] === 'audit' || line['event'] === 'logged' || line['event'] === 'effect') return auditKey
  const at = line['at']
  if (typeof at !== 'number' || !Number.isSafeInteger(at)) return 0

  return at * ranks + (lateEvents.has(line['event']) ? lateRank : earlyRank)
}
