/**
 * What a group was handed from one partition: how far it has come, and which records came to it a second time at a higher offset.
 * Those are in the log twice: one offset delivered twice is never above the highest that the group was delivered before, whichever
 * member it came to, and in whichever order their files are read.
 */
import { identityOf } from '../model/record-number.ts'
import type { SeenRecords } from './seen-records.ts'

const mostWitnesses = 5

/** Records that a group was delivered a second time, at a higher offset than any before. */
export interface ReceivedCopies {
  readonly group: string
  readonly topic: string
  readonly partition: number
  /** How many, by the number of the producer that sent them. */
  readonly byProducer: ReadonlyMap<number, number>
  /** The first few: the record's number, and the offset of the later copy. */
  readonly witnesses: readonly { readonly record: number, readonly offset: number }[]
}

export interface Received {
  readonly add: (record: number, attempt: number, offset: number) => void
  /** Raises the highest offset alone: a record that cannot be told for sure. */
  readonly pass: (offset: number) => void
  /** Past all deliveries; 0: none. */
  readonly next: () => number
  readonly copies: () => ReceivedCopies | undefined
}

export const receivedFrom = (place: Pick<ReceivedCopies, 'group' | 'topic' | 'partition'>, seen: SeenRecords): Received => {
  const byProducer = new Map<number, number>()
  const witnesses: { record: number, offset: number }[] = []
  let highest = -1

  return {
    add: (record, attempt, offset) => {
      const again = seen.add(record, attempt)
      if (offset <= highest) return
      highest = offset
      if (!again) return

      const { producer } = identityOf(record)
      byProducer.set(producer, (byProducer.get(producer) ?? 0) + 1)
      if (witnesses.length < mostWitnesses) witnesses.push({ record, offset })
    },
    pass: offset => { highest = Math.max(highest, offset) },
    next: () => highest + 1,
    copies: () => (byProducer.size === 0 ? undefined : { ...place, byProducer, witnesses })
  }
}
