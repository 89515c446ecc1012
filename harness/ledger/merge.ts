/**
 * Brings the files of a ledger's processes into one order: that of time, and where times are equal a fixed one. Import and
 * export both read a ledger in this order, so an exported history tells the same story line by line. Each file is read once,
 * in bounded pieces, and as far at a time as no other has anything earlier.
 */
import type { Line } from './fields.ts'
import { entryRank, entrySource, ranks, type EntrySource, type Limit, type Selection } from './entry-source.ts'
import { InputError } from './input-error.ts'
import type { LedgerFolder, LedgerProcess } from './ledger-folder.ts'
import { fileLines } from './ledger-lines.ts'
import { parsedLine } from './line-reader.ts'

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

/** Where lines stand that were read before: only their keys, and the places that they were given. */
export interface LinePlaces {
  readonly keys: readonly number[]
  readonly orders: readonly number[]
}

interface PlaceSource {
  readonly kind: 'places'
  readonly order: () => number
  key: number
  ended: boolean
  readonly advance: () => void
  readonly close: () => void
}

type Source = EntrySource | LineSource | PlaceSource

export interface Visitor {
  /** Entries of one source, from its place up to another one in its block. */
  readonly entries: (source: EntrySource, until: number) => void
  /** Neither `run` nor `name` lines. */
  readonly line: (source: LineSource) => void
}

// At equal times a member first gets what it reads, then reads it, and then commits it and gives it up.
const earlyRank = entryRank - 1
const lateRank = entryRank + 1
const auditKey = Number.MAX_SAFE_INTEGER
const lateEvents: ReadonlySet<unknown> = new Set(['offset-commit', 'revoked'])

export interface Merge {
  /** Visits about as many entries and lines as are asked for; false: there are no more. */
  readonly visit: (atLeast: number) => boolean
  readonly close: () => void
}

/** All entries and lines of a ledger, in the one order. */
export const mergeLedger = (folder: LedgerFolder, visitor: Visitor): Merge => {
  const sources = folder.processes.flatMap((process): readonly Source[] => [
    ...(process.lines === null ? [] : [lineSource(process.lines)]),
    ...(process.entries === null ? [] : [entrySource(process)])
  ])

  return merge(sources, { ...visitor, order: () => undefined })
}

export interface PartVisitor extends Pick<Visitor, 'entries'> {
  /** A line stands here, at this place. */
  readonly order: (order: number) => void
}

export interface PartOfProcess {
  readonly process: LedgerProcess
  readonly lines: LinePlaces
  readonly selected: Iterable<Selection>
}

/** Selected entries, and the places of the lines between them, in the same order. */
export const mergePart = (parts: readonly PartOfProcess[], visitor: PartVisitor): Merge => {
  const sources = parts.flatMap(({ process, lines, selected }): readonly Source[] =>
    [placeSource(lines), ...(process.entries === null ? [] : [entrySource(process, selected)])])

  return merge(sources, { ...visitor, line: () => undefined })
}

const merge = (sources: readonly Source[], visitor: Visitor & PartVisitor): Merge => {
  const limit: Limit = { key: 0, inclusive: false }
  const live = [...sources]

  const visitOne = (source: Source): number => {
    if (source.kind === 'entries') {
      const until = source.stretch(limit)
      const count = until - source.place
      visitor.entries(source, until)
      source.advance()

      return count
    }
    if (source.kind === 'lines') visitor.line(source)
    else visitor.order(source.order())
    source.advance()

    return 1
  }

  return {
    close: () => { for (const source of sources) source.close() },
    visit: atLeast => {
      let left = atLeast
      while (left > 0) {
        const first = earliest(live, limit)
        if (first === undefined) return false
        do left -= visitOne(first)
        while (left > 0 && !first.ended && (first.key < limit.key || (first.key === limit.key && limit.inclusive)))
      }

      return true
    }
  }
}

/** The source to read from, and how far: up to the key of the one after it. Sources that have ended are left out from then on. */
const earliest = (live: Source[], limit: Limit): Source | undefined => {
  let first = -1
  let second = -1
  for (let index = 0; index < live.length; index++) {
    const source = live[index]!
    if (source.ended) {
      live.splice(index, 1)
      index -= 1
      continue
    }
    if (first === -1 || source.key < live[first]!.key) {
      second = first
      first = index
    } else if (second === -1 || source.key < live[second]!.key) second = index
  }
  limit.key = second === -1 ? Infinity : live[second]!.key
  limit.inclusive = first < second

  return live[first]
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

const placeSource = ({ keys, orders }: LinePlaces): PlaceSource => {
  let place = -1
  const source: PlaceSource = {
    kind: 'places', key: 0, ended: false,
    order: () => orders[place]!,
    close: () => undefined,
    advance: () => {
      place += 1
      source.ended = place >= keys.length
      if (!source.ended) source.key = keys[place]!
    }
  }
  source.advance()

  return source
}

/** Lines without a time come as soon as they can, and what was found in the end comes at the end. */
const lineKey = (line: Line): number => {
  if (line['event'] === 'audit' || line['event'] === 'logged' || line['event'] === 'effect') return auditKey
  const at = line['at']
  if (typeof at !== 'number' || !Number.isSafeInteger(at)) return 0

  return at * ranks + (lateEvents.has(line['event']) ? lateRank : earlyRank)
}
