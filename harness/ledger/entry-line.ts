/**
 * Says as lines of the history what binary entries of the ledger say. The entries of a stretch differ in nothing but their record and
 * their value, so the words around these are found once for all of them.
 */
import { identityOf, recordName } from '../model/record-number.ts'
import { effects, flags, kinds, noEpoch, noPartition } from './format.ts'
import type { EntrySource } from './entry-source.ts'
import type { Stretch } from './stretch.ts'

/** A line's words: around the record's name, and around the value; null: no value is told, even where one is known. */
interface Wording {
  readonly start: string
  readonly afterName: string
  readonly beforeValue: string | null
  readonly end: string
}

/** The JSON of a stretch's entries, a line each; nothing for holes. The entries' numbers are as the import takes them; names are quoted here. */
export const stretchLines = (stretch: Stretch): string => {
  const wording = wordingOf(stretch)
  if (wording === null) return ''

  const { start, afterName, beforeValue, end } = wording
  const { from, until, source: { block: { doubles } } } = stretch
  let lines = ''
  // Up to the next incarnation, a record's name is the same but for its sequence.
  let first = 0
  let next = 0
  let prefix = ''
  for (let place = from; place < until; place++) {
    const number = doubles[place * 4 + 2]!
    const value = doubles[place * 4 + 3]!
    if (!(number >= first && number < next)) {
      const { sequence } = identityOf(number)
      first = number - sequence
      next = first + numbersOfIncarnation
      prefix = start + recordName(first).slice(0, -1)
    }
    lines += `${prefix}${number - first}${afterName}`
    lines += beforeValue === null || value === -1 ? end : `${beforeValue}${value}${end}`
  }

  return lines
}

const numbersOfIncarnation = 2 ** 32

const wordingOf = (stretch: Stretch): Wording | null => {
  const { source, kind, at, extra, attempt } = stretch
  const named = (event: string): string => `{"event":"${event}","at":${at},"id":"`
  const retried = attempt === 1 ? '"' : `","attempt":${attempt}`
  const known = attempt === 0 ? '"' : `","attempt":${attempt}`
  const where = placeOf(stretch)
  const error = extra === 0 ? '' : `,"error":${JSON.stringify(source.process.nameOf(extra))}`
  const transaction = extra === 0 ? '' : `,"transaction":${JSON.stringify(source.process.nameOf(extra))}`

  switch (kind) {
    case kinds.send:
      return { start: named('send'), afterName: `${retried},${producerOf(source)}${where}`, beforeValue: ',"sequence":', end: `${transaction}}\n` }
    case kinds.acknowledged:
      return { start: named('acknowledged'), afterName: retried, beforeValue: ',"offset":', end: `${stretch.partition === noPartition ? '' : where}}\n` }
    case kinds.rejected:
      return { start: named('rejected'), afterName: retried, beforeValue: null, end: `${error}}\n` }
    case kinds.indeterminate:
      return { start: named('indeterminate'), afterName: retried, beforeValue: null, end: `${error}}\n` }
    case kinds.believed:
      return { start: named('believed'), afterName: '"', beforeValue: null, end: '}\n' }
    case kinds.processed:
      return { start: named('processed'), afterName: `",${memberOf(source)},"effect":${JSON.stringify(effects[extra])}`, beforeValue: null, end: '}\n' }
    case kinds.effect:
      return { start: '{"event":"effect","id":"', afterName: '"', beforeValue: ',"times":', end: `,"group":${JSON.stringify(source.header.group)}}\n` }
    case kinds.delivered:
      return { start: named('delivered'), afterName: `${known},${memberOf(source)}${where}`, beforeValue: ',"offset":', end: `${epochOf(stretch)}${intactOf(stretch)}}\n` }
    case kinds.logged:
      return { start: '{"event":"logged","id":"', afterName: `${known}${where}`, beforeValue: ',"offset":', end: `${epochOf(stretch)}${replicaOf(source)}${committedOf(stretch)}${intactOf(stretch)}}\n` }
    default:
      return null
  }
}

const placeOf = ({ source: { header }, topic, partition }: Stretch): string =>
  `,"topic":${JSON.stringify(header.topics[topic])}${partition === noPartition ? '' : `,"partition":${partition}`}`

const producerOf = ({ header }: EntrySource): string => {
  const incarnation = header.incarnation ?? 1

  return `"producer":${JSON.stringify(header.producer)}${incarnation === 1 ? '' : `,"incarnation":${incarnation}`}`
}

const memberOf = ({ header }: EntrySource): string =>
  `"member":${JSON.stringify(header.member)},"group":${JSON.stringify(header.group)}`

const epochOf = ({ extra }: Stretch): string => (extra === noEpoch ? '' : `,"leaderEpoch":${extra}`)

const replicaOf = ({ header }: EntrySource): string => (header.replica === undefined ? '' : `,"replica":${header.replica}`)

const committedOf = ({ flags: own, source: { header } }: Stretch): string => {
  if (own & flags.uncommitted) return ',"committed":false'

  return header.committed === true ? ',"committed":true' : ''
}

const intactOf = ({ flags: flagged }: Stretch): string => {
  if (flagged & flags.torn) return ',"intact":false'

  return flagged & flags.unchecked ? '' : ',"intact":true'
}
