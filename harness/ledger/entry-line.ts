/** Says as a line of the history what a binary entry of the ledger says. */
import { recordName } from '../model/record-number.ts'
import { effects, flags, kinds, noEpoch, noPartition } from './format.ts'
import { kindBits, timeAt, type EntrySource } from './entry-source.ts'

/** The JSON of the entry at a place of the source's block, or null for a hole. The entry's numbers are as the import takes them; names are quoted here. */
export const entryLine = (source: EntrySource, place: number): string | null => {
  const { block, header, process } = source
  const first = block.bytes[place * 32]!
  const topic = header.topics[block.bytes[place * 32 + 1]!]
  const partition = block.words[place * 16 + 1]!
  const extra = block.doubleWords[place * 8 + 1]!
  const attempt = block.words[place * 16 + 7]!
  const id = recordName(block.doubles[place * 4 + 2]!)
  const value = block.doubles[place * 4 + 3]!
  const start = (event: string): string => `{"event":"${event}","at":${timeAt(block, place)},"id":"${id}"`
  const retried = attempt === 1 ? '' : `,"attempt":${attempt}`
  const where = `,"topic":${JSON.stringify(topic)}${partition === noPartition ? '' : `,"partition":${partition}`}`
  const error = extra === 0 ? '' : `,"error":${JSON.stringify(process.nameOf(extra))}`

  switch (first & kindBits) {
    case kinds.send:
      return `${start('send')}${retried},${producerOf(source)}${where}${value === -1 ? '' : `,"sequence":${value}`}${extra === 0 ? '' : `,"transaction":${JSON.stringify(process.nameOf(extra))}`}}`
    case kinds.acknowledged:
      return `${start('acknowledged')}${retried}${value === -1 ? '' : `,"offset":${value}`}${partition === noPartition ? '' : where}}`
    case kinds.rejected:
      return `${start('rejected')}${retried}${error}}`
    case kinds.indeterminate:
      return `${start('indeterminate')}${retried}${error}}`
    case kinds.believed:
      return `${start('believed')}}`
    case kinds.processed:
      return `${start('processed')},${memberOf(source)},"effect":${JSON.stringify(effects[extra])}}`
    case kinds.delivered:
      return `${start('delivered')}${known(attempt)},${memberOf(source)}${where},"offset":${value}${epoch(extra)}${intact(first)}}`
    case kinds.logged:
      return `{"event":"logged","id":"${id}"${known(attempt)}${where},"offset":${value}${epoch(extra)}${replica(source)}${first & flags.uncommitted ? ',"committed":false' : ''}${intact(first)}}`
    default:
      return null
  }
}

const producerOf = ({ header }: EntrySource): string => {
  const incarnation = header.incarnation ?? 1

  return `"producer":${JSON.stringify(header.producer)}${incarnation === 1 ? '' : `,"incarnation":${incarnation}`}`
}

const memberOf = ({ header }: EntrySource): string =>
  `"member":${JSON.stringify(header.member)},"group":${JSON.stringify(header.group)}`

const known = (attempt: number): string => (attempt === 0 ? '' : `,"attempt":${attempt}`)

const epoch = (extra: number): string => (extra === noEpoch ? '' : `,"leaderEpoch":${extra}`)

const replica = ({ header }: EntrySource): string => (header.replica === undefined ? '' : `,"replica":${header.replica}`)

const intact = (first: number): string => {
  if (first & flags.torn) return ',"intact":false'

  return first & flags.unchecked ? '' : ',"intact":true'
}
