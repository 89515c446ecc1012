/**
 * The first reading of a history: every line about one of a few records, and the lines that are rare in any history
 * (contracts, leaders, faults, assignments, audits). Millions of other lines are passed by, most of them unparsed.
 */
import { type LineOf, plain, type RawLine } from './lines.ts'

/** The lines about one record, in the file's order. */
export interface RecordLines {
  readonly id: string
  readonly sends: LineOf<'send'>[]
  readonly acknowledgements: LineOf<'acknowledged'>[]
  readonly refusals: LineOf<'rejected' | 'indeterminate'>[]
  readonly beliefs: LineOf<'believed'>[]
  readonly deliveries: LineOf<'delivered'>[]
  readonly processed: LineOf<'processed'>[]
  readonly effects: LineOf<'effect'>[]
  readonly logged: LineOf<'logged'>[]
}

export type Move = LineOf<'assigned'> | LineOf<'revoked'> | LineOf<'seek'>

/** What is not about one record. */
export interface Surroundings {
  readonly topics: LineOf<'topic'>[]
  readonly producers: LineOf<'producer'>[]
  readonly members: LineOf<'member'>[]
  readonly moves: Move[]
  readonly leaders: LineOf<'leader'>[]
  readonly faults: LineOf<'fault'>[]
  readonly audits: LineOf<'audit'>[]
}

export interface FirstReading {
  /** False: the line is none that the story needs, and need not be parsed. */
  readonly mayMatter: (text: string) => boolean
  /** Takes a parsed line; true: it was kept. */
  readonly line: (line: RawLine) => boolean
  readonly records: ReadonlyMap<string, RecordLines>
  readonly surroundings: Surroundings
}

const common = /^\{"event":"(?:send|acknowledged|rejected|indeterminate|believed|delivered|processed|effect|logged|offset-commit|transaction)"/

/** Lists of a record's lines by event. */
const lists = {
  'send': 'sends', 'acknowledged': 'acknowledgements', 'rejected': 'refusals', 'indeterminate': 'refusals', 'believed': 'beliefs', 'delivered': 'deliveries',
  'processed': 'processed', 'effect': 'effects', 'logged': 'logged'
} as const satisfies Readonly<Record<string, Exclude<keyof RecordLines, 'id'>>>

const rareLists = {
  'topic': 'topics', 'producer': 'producers', 'member': 'members', 'assigned': 'moves', 'revoked': 'moves', 'seek': 'moves', 'leader': 'leaders',
  'fault': 'faults', 'audit': 'audits'
} as const satisfies Readonly<Record<string, keyof Surroundings>>

export const firstReading = (ids: readonly string[]): FirstReading => {
  const records = new Map(ids.map(id => [id, noLines(id)]))
  const surroundings: Surroundings = { topics: [], producers: [], members: [], moves: [], leaders: [], faults: [], audits: [] }

  return {
    records,
    surroundings,
    // An id that needs escapes in JSON can be written in several ways.
    mayMatter: text => !common.test(text) || text.includes('\\') || ids.some(id => text.includes(id)),
    line: raw => {
      const { event, id } = raw
      if (typeof event !== 'string') return false
      if (isKey(rareLists, event)) {
        const list: unknown[] = surroundings[rareLists[event]]
        list.push(plain(raw))

        return true
      }
      const record = isKey(lists, event) ? records.get(String(id)) : undefined
      if (!isKey(lists, event) || record === undefined) return false
      const list: unknown[] = record[lists[event]]
      list.push(plain(raw))

      return true
    }
  }
}

const isKey = <T extends object>(table: T, key: string): key is keyof T & string => Object.hasOwn(table, key)

const noLines = (id: string): RecordLines => ({
  id, sends: [], acknowledgements: [], refusals: [], beliefs: [], deliveries: [], processed: [], effects: [], logged: []
})

/** True where any line tells of the record. */
export const isKnown = ({ sends, deliveries, logged, effects, processed, beliefs }: RecordLines): boolean =>
  [sends, deliveries, logged, effects, processed, beliefs].some(lines => lines.length > 0)
