/**
 * Looks back into producers' files for what was acknowledged at or beyond an offset: the rare question after a change of leader.
 * Which bytes can hold the answer is known from how far each file had been read when nothing beyond that offset was known yet.
 */
import { readSync } from 'node:fs'
import { identityOf } from '../model/record-number.ts'
import { entryBytes, kinds } from './format.ts'

const mostWitnesses = 5

/** An offset, and a time up to which (in microseconds since the run began, inclusive) something was acknowledged. */
export interface Beyond {
  readonly offset: number
  readonly until: number
}

export interface BeyondQuestion extends Beyond {
  readonly topic: string
  readonly partition: number
  /** What was beyond one of these has been counted before. */
  readonly except: readonly Beyond[]
}

export interface AcknowledgedBeyond {
  /** The highest offset of them; -1: none. */
  readonly highest: number
  /** How many, by the number of the producer that sent them. */
  readonly byProducer: ReadonlyMap<number, number>
  /** The first few. */
  readonly witnesses: readonly { readonly record: number, readonly offset: number }[]
}

/** A stretch of a producer's file, and the number that the topic in question has in it. */
export interface Stretch {
  readonly descriptor: number
  readonly topic: number
  readonly from: number
  readonly to: number
}

export const acknowledgedIn = (stretches: readonly Stretch[], question: BeyondQuestion): AcknowledgedBeyond => {
  const found = { highest: -1, byProducer: new Map<number, number>(), witnesses: [] as { record: number, offset: number }[] }
  const isBeyond = (at: number, offset: number): boolean =>
    offset >= question.offset && at <= question.until && !question.except.some(known => offset >= known.offset && at <= known.until)

  for (const stretch of stretches) {
    for (const { at, offset, record } of acknowledgements(stretch, question.partition)) {
      if (!isBeyond(at, offset)) continue
      const { producer } = identityOf(record)
      found.highest = Math.max(found.highest, offset)
      found.byProducer.set(producer, (found.byProducer.get(producer) ?? 0) + 1)
      if (found.witnesses.length < mostWitnesses) found.witnesses.push({ record, offset })
    }
  }

  return found
}

interface Acknowledgement {
  readonly at: number
  readonly offset: number
  readonly record: number
}

function* acknowledgements({ descriptor, topic, from, to }: Stretch, partition: number): Generator<Acknowledgement> {
  const chunk = Buffer.alloc(entryBytes * 32_768)
  for (let position = from; position < to; position += chunk.length) {
    const bytes = readSync(descriptor, chunk, 0, Math.min(chunk.length, to - position), position)
    for (let start = 0; start + entryBytes <= bytes; start += entryBytes) {
      if ((chunk[start]! & 0x1f) !== kinds.acknowledged || chunk[start + 1] !== topic || chunk.readUInt16LE(start + 2) !== partition) continue
      yield { at: chunk.readUIntLE(start + 8, 6), record: chunk.readDoubleLE(start + 16), offset: chunk.readDoubleLE(start + 24) }
    }
  }
}
