/**
 * Which attempts of its id a found record could be. An id's re-sends carry the same id, so a copy in the log does not always
 * tell which send wrote it; whatever is said against a send must hold for every attempt that could be meant.
 *
 * Example: attempt 1 was acknowledged at offset 5, attempt 2 timed out. A copy at offset 5 is attempt 1; a copy at offset 9 of the
 * same partition is attempt 2, the only one whose offset is not known, if the producer is idempotent; else it may be either.
 */
import { notKnown, outcomes, type Evidence } from '../model/evidence.ts'

/** A record as a `logged` or `delivered` line shows it. */
export interface FoundCopy {
  readonly record: number
  readonly attempt: number
  readonly partition: number
  readonly offset: number
}

/** The send of a record that was sent once; -1 if it was never sent or has several attempts. */
export const soleSend = ({ sends }: Evidence, record: number): number => {
  const first = sends.firstOf[record]!

  return first !== -1 && sends.nextOf[first] === -1 ? first : -1
}

export const wasSent = ({ sends }: Evidence, record: number): boolean => sends.firstOf[record] !== -1

/** All attempts of a record, as rows of the table of sends. */
export const sendsOf = ({ sends }: Evidence, record: number): readonly number[] => {
  const rows: number[] = []
  for (let send = sends.firstOf[record]!; send !== -1; send = sends.nextOf[send]!) rows.push(send)

  return rows
}

/** The attempts that a found record could be; none for a record that was never sent. */
export const possibleSends = (evidence: Evidence, copy: FoundCopy): readonly number[] => {
  const sole = soleSend(evidence, copy.record)

  return sole === -1 ? possibleAmong(evidence, sendsOf(evidence, copy.record), copy) : [sole]
}

/** The same by the general rule, which gives the same answer for a record that was sent once. */
export const possibleAmong = ({ sends, partitions, producers }: Evidence, all: readonly number[], copy: FoundCopy): readonly number[] => {
  if (copy.attempt !== notKnown) return all.filter(send => sends.attempt[send] === copy.attempt)

  const exact = all.filter(send => sends.offset[send] === copy.offset && sends.acknowledgedPartition[send] === copy.partition)
  if (exact.length > 0) return exact

  const there = partitions[copy.partition]!
  const mayHaveGoneThere = (send: number): boolean => {
    const sentTo = sends.partition[send]!
    const { topic, partition } = partitions[sentTo]!

    return sentTo === copy.partition || (partition === null && topic === there.topic)
  }
  // A client without idempotence may have written an attempt more than once, wherever it was told that it stands.
  const mayStandElsewhere = (send: number): boolean => sends.offset[send] === notKnown || !producers[sends.producer[send]!]!.idempotent
  const open = all.filter(send => mayStandElsewhere(send) && sends.outcome[send] !== outcomes.rejected && mayHaveGoneThere(send))

  return open.length > 0 ? open : all
}
