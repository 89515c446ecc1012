/**
 * Where a log may be cut off and written again, a group may have passed an offset before the record that stands there now was
 * written: it never receives that record, and its consumer is innocent. It is to blame only for what was there in time.
 *
 * Example: p1:4 was acknowledged at offset 4 at 50. Who commits 5 at 60 without having received it skipped it. Who had committed 5
 * at 40 had passed another record, which was cut off; so had who was given p1:9 at offset 4 at 60, out of what it had fetched before.
 */
import { notKnown, type Consumption } from '../model/evidence.ts'
import { sendsOf } from './attempts.ts'
import type { Facts } from './facts.ts'
import { firstPassing } from './first-passing.ts'
import { rowOf } from './partition-log.ts'

/** A time strictly between these: whoever passed the record then passed this record, and no other. */
export interface Blame {
  readonly after: number
  readonly before: number
}

export const isWithin = ({ after, before }: Blame, at: number): boolean => at > after && at < before

export interface Rewriting {
  /** When a group that passes the record of this row, without receiving it, is to blame for it. */
  readonly blame: (row: number) => Blame
  /** Whether the group's first line beyond this row proves that it passed this record, and no other. */
  readonly isProvenPassed: (row: number) => boolean
}

const never: Blame = { after: Infinity, before: -Infinity }

/** Of a log that may be cut off: elsewhere nobody asks. It costs nothing until it is asked. */
export const rewriting = (facts: Facts, consumption: Consumption): Rewriting => {
  const { partition, deliveries } = consumption
  const { rows } = facts.logs[partition]!
  let others: ReadonlyMap<number, number> | undefined
  let passing: ((offset: number) => number) | undefined
  let silent: boolean | undefined
  const blame = (row: number): Blame => {
    silent ??= mayHoldSilent(facts, partition)
    if (silent) return never
    others ??= otherRecords(facts, { partition, deliveries })

    return { after: writtenBy(facts, partition, row), before: others.get(rows.offset[row]!) ?? Infinity }
  }

  return {
    blame,
    isProvenPassed: row => {
      passing ??= firstPassing(consumption)

      return isWithin(blame(row), passing(rows.offset[row]!))
    }
  }
}

/** The earliest time at which it is proven that this record stands at exactly this offset; Infinity: nothing proves when. */
const writtenBy = (facts: Facts, partition: number, row: number): number => {
  const { evidence: { sends }, evidence, logs, consumers } = facts
  const { rows } = logs[partition]!
  let earliest = Infinity
  for (const send of sendsOf(evidence, rows.record[row]!)) {
    const isExact = sends.acknowledgedPartition[send] === partition && sends.offset[send] === rows.offset[row]
    if (isExact) earliest = Math.min(earliest, sends.outcomeAt[send]!)
  }
  for (const consumption of consumers[partition]!) earliest = Math.min(earliest, facts.progress(consumption).receivedAt[row]!)

  return earliest
}

/**
 * Whether offsets may have held what no line shows a group passing: markers and aborted records of transactions, foreign records, or
 * nothing at all in a compacted topic. What was passed so, and when, nobody knows.
 */
const mayHoldSilent = ({ evidence: { sends, partitions, topics }, logs }: Facts, partition: number): boolean => {
  if (topics[partitions[partition]!.topic]!.compacted || (logs[partition]!.bounds?.foreign ?? 0) > 0) return true
  for (let send = sends.starts[partition]!; send < sends.starts[partition + 1]!; send++) if (sends.transaction[send] !== notKnown) return true

  return false
}

/** By offset: when the group was first given a record there that the log does not have there. */
const otherRecords = ({ logs }: Facts, { partition, deliveries }: Pick<Consumption, 'partition' | 'deliveries'>): ReadonlyMap<number, number> => {
  const log = logs[partition]!
  const others = new Map<number, number>()
  for (let row = 0; row < deliveries.length; row++) {
    const offset = deliveries.offset[row]!
    if (rowOf(log, offset, deliveries.record[row]!) === -1 && !others.has(offset)) others.set(offset, deliveries.at[row]!)
  }

  return others
}
