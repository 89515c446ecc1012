/**
 * Which other records contradict the order of one record: those of its partition that were acknowledged at a higher offset before
 * it was sent, and those that its own producer sent before it and that lie above it.
 */
import { attemptsOf } from './attempts.ts'
import type { RawLine } from './lines.ts'
import type { RecordLines, Surroundings } from './record-lines.ts'

export interface OrderAround {
  /** Acknowledged above it before it was sent; the highest. */
  readonly acknowledgedAbove: Contradiction | null
  /** Sent before it by the same producer, with every copy of it in the log above this one; the highest. */
  readonly sentBefore: Contradiction | null
}

export interface Contradiction {
  readonly id: string
  readonly offset: number
  readonly at: number
}

/** The record's place in the order: nothing can be said of a record with several attempts, or without a known offset. */
interface Position {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly producer: string
  readonly incarnation: number
  readonly sentAt: number
  readonly sequence: number | null
}

export interface OrderWatch {
  readonly found: () => OrderAround
  /** `sent`: the send that an outcome belongs to, where it is known. */
  readonly line: (raw: RawLine, sent: RawLine | undefined) => void
}

export const orderWatch = (record: RecordLines, surroundings: Surroundings): OrderWatch => {
  const position = positionOf(record, surroundings)
  if (position === null) return { found: () => ({ acknowledgedAbove: null, sentBefore: null }), line: () => undefined }

  let acknowledgedAbove: Contradiction | null = null
  /** Earlier sends of its producer that were acknowledged above it, and the lowest offset at which each was found. */
  const candidates = new Map<string, { readonly at: number, lowest: number }>()
  // A candidate that came after some of the log was read might have had a lower copy there.
  let isLogRead = false

  const acknowledged = (raw: RawLine, sent: RawLine | undefined): void => {
    const { id, offset, at } = raw
    if (typeof offset !== 'number' || typeof at !== 'number' || offset <= position.offset || String(id) === record.id) return
    const placed = typeof raw['partition'] === 'number' && (raw['topic'] ?? null) !== null ? raw : sent
    if (placed === undefined || !isHere(placed, position)) return

    if (at < position.sentAt && offset > (acknowledgedAbove?.offset ?? -1)) acknowledgedAbove = { id: String(id), offset, at }
    if (!isLogRead && sent !== undefined && isEarlierOfProducer(sent, position)) candidates.set(String(id), { at, lowest: Infinity })
  }

  return {
    found: () => ({ acknowledgedAbove, sentBefore: highest(candidates, position.offset) }),
    line: (raw, sent) => {
      const { event, id, offset } = raw
      if (event === 'acknowledged') acknowledged(raw, sent)
      else if (event === 'logged' && typeof offset === 'number' && isHere(raw, position)) {
        isLogRead = true
        const candidate = candidates.get(String(id))
        if (candidate !== undefined && (raw['replica'] ?? null) === null) candidate.lowest = Math.min(candidate.lowest, offset)
      }
    }
  }
}

const highest = (candidates: ReadonlyMap<string, { readonly at: number, readonly lowest: number }>, above: number): Contradiction | null => {
  const found = [...candidates].filter(([, { lowest }]) => lowest > above && lowest !== Infinity)
  const [first] = found.toSorted(([, one], [, other]) => other.lowest - one.lowest)

  return first === undefined ? null : { id: first[0], offset: first[1].lowest, at: first[1].at }
}

const isHere = (raw: RawLine, { topic, partition }: Position): boolean => raw['partition'] === partition && String(raw['topic']) === topic

const isEarlierOfProducer = (raw: RawLine, { producer, incarnation, sequence, sentAt }: Position): boolean => {
  if (raw['attempt'] !== undefined && raw['attempt'] !== null && raw['attempt'] !== 1) return false
  if ((raw['transaction'] ?? null) !== null || String(raw['producer']) !== producer || (raw['incarnation'] ?? 1) !== incarnation) return false
  if (sequence !== null) return typeof raw['sequence'] === 'number' && raw['sequence'] < sequence

  return typeof raw['at'] === 'number' && raw['at'] < sentAt
}

const positionOf = (record: RecordLines, surroundings: Surroundings): Position | null => {
  const [attempt, ...more] = attemptsOf(record, surroundings)
  if (attempt === undefined || more.length > 0 || attempt.partition === null || attempt.transaction !== null) return null

  const { topic, partition, send, producer } = attempt
  const found = record.logged.filter(line => line.topic === topic && line.partition === partition && line.replica === undefined && line.committed !== false)
  if (found.length === 0) return null

  return {
    topic, partition, offset: Math.min(...found.map(({ offset }) => offset)), producer: producer.name, incarnation: producer.incarnation,
    sentAt: send.at, sequence: send.sequence ?? null
  }
}
