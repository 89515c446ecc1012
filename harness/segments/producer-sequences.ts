/**
 * What the brokers' own bookkeeping says of copies: an idempotent producer numbers its records in each partition, and a log in
 * which one number stands twice, or a number is left out, is one that Kafka should not have written. A producer's epoch begins
 * anew at 0, and what lay below the log's start was never seen: neither is a gap.
 */
import type { BatchInfo } from '../model/record-batches.ts'

/** One batch whose numbers do not continue those before it. */
export interface SequenceBreak {
  /** `repeated`: numbers of an earlier batch stand here again. `gap`: numbers were left out. */
  readonly kind: 'repeated' | 'gap'
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly offset: number
  readonly expected: number
  readonly found: number
}

export interface ProducerSequences {
  readonly batch: (batch: BatchInfo) => void
  readonly breaks: () => readonly SequenceBreak[]
}

interface Position {
  epoch: number
  next: number
}

/** Sequence numbers begin anew at 0 behind the largest 32-bit integer. */
const sequences = 2 ** 31
/** Whoever looks at the first few knows where to look; a broken log may have millions. */
const mostBreaks = 1000

export const followSequences = (): ProducerSequences => {
  const positions = new Map<bigint, Position>()
  const breaks: SequenceBreak[] = []

  return {
    batch: batch => {
      const { producerId, producerEpoch, baseSequence, baseOffset } = batch
      if (producerId < 0n || batch.control || baseSequence < 0) return

      const known = positions.get(producerId)
      const next = (baseSequence + batch.lastOffset - baseOffset + 1) % sequences
      if (known === undefined) {
        positions.set(producerId, { epoch: producerEpoch, next })

        return
      }
      const expected = producerEpoch === known.epoch ? known.next : 0
      if (baseSequence !== expected && breaks.length < mostBreaks) {
        breaks.push({ kind: isBehind(baseSequence, expected) ? 'repeated' : 'gap', producerId, producerEpoch, offset: baseOffset, expected, found: baseSequence })
      }
      known.epoch = producerEpoch
      known.next = next
    },
    breaks: () => breaks
  }
}

/** Numbers go round: the shorter way tells which of two comes first. */
const isBehind = (found: number, expected: number): boolean => (expected - found + sequences) % sequences < sequences / 2
