/**
 * A stretch of entries that differ in nothing but the record's number and the value: as a process writes them, a batch of records at
 * a time. What they share is looked at once.
 */
import { follows } from './block-stretches.ts'
import { timeAt, kindBits, type EntrySource } from './entry-source.ts'

/** Reused from stretch to stretch. */
export interface Stretch {
  source: EntrySource
  /** Places in the source's block, the second exclusive. */
  from: number
  until: number
  /** The place of the first among all entries and lines. */
  order: number
  kind: number
  flags: number
  topic: number
  partition: number
  extra: number
  at: number
  attempt: number
  /** Each record's number is one more than that of the record before. */
  numbersFollow: boolean
  /** The same of the values. */
  valuesFollow: boolean
}

export const newStretch = (source: EntrySource): Stretch =>
  ({ source, from: 0, until: 0, order: 0, kind: 0, flags: 0, topic: 0, partition: 0, extra: 0, at: 0, attempt: 0, numbersFollow: true, valuesFollow: true })

/** Calls for each stretch of the entries from the source's place up to another, where one ends. */
export const visitStretches = (stretch: Stretch, until: number, visit: (stretch: Stretch) => void): void => {
  const { source, order } = stretch
  const { block, stretches } = source
  const { doubleWords } = block
  for (let from = source.place; from < until;) {
    const first = doubleWords[from * 8]!
    const second = doubleWords[from * 8 + 1]!
    const last = doubleWords[from * 8 + 3]!
    const end = stretches.ends[from]!
    const following = stretches.follow[from]!
    stretch.from = from
    stretch.until = end
    stretch.order = order + from - source.place
    stretch.kind = first & kindBits
    stretch.flags = first & 0xff & ~kindBits
    stretch.topic = (first >>> 8) & 0xff
    stretch.partition = first >>> 16
    stretch.extra = second
    stretch.at = timeAt(block, from)
    stretch.attempt = last >>> 16
    stretch.numbersFollow = (following & follows.numbers) !== 0
    stretch.valuesFollow = (following & follows.values) !== 0
    visit(stretch)
    from = end
  }
}

/** The end of the range of records, from a place of the stretch on, whose numbers follow one another. */
export const rangeEnd = ({ source, numbersFollow }: Stretch, from: number, until: number): number => {
  if (numbersFollow) return until

  const { doubles } = source.block
  let end = from + 1
  while (end < until && doubles[end * 4 + 2] === doubles[end * 4 - 2]! + 1) end += 1

  return end
}
