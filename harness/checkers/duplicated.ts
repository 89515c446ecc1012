/**
 * `duplicated`: more copies of a record in its partition than sends that could have written them.
 *
 * Guilty: one send, two copies at offsets 0 and 1. Guilty: one send without a partition, a copy in each of two. Innocent: two attempts of one id, neither rejected, and two copies.
 */
import { notKnown, outcomes } from '../model/evidence.ts'
import { sendsOf } from './attempts.ts'
import { permittedOr, type Checker } from './checker.ts'
import { partitionOfRecord, type Facts } from './facts.ts'
import { visibilities, type PartitionLog } from './partition-log.ts'
import { idempotenceInWords } from './promises.ts'
import { strewnCopies, type FoundAt } from './strewn-copies.ts'
import type { Tally } from './tally.ts'

export const duplicated: Checker = {
  name: 'duplicated',
  check: (facts, tally) => {
    const lastSeen = new Int32Array(facts.evidence.recordCount).fill(-1)
    const strewn = strewnCopies(facts)
    for (const log of facts.logs) {
      for (const [record, rows] of repeatedIn(log, lastSeen)) if (!strewn.has(record)) countInPartition({ facts, tally }, log, record, rows)
    }
    for (const [record, copies] of strewn) countStrewn({ facts, tally }, record, copies)
  }
}

/** The records with several visible copies in a partition, and the rows of these. `lastSeen` is scratch. */
const repeatedIn = ({ partition, rows, visibility }: PartitionLog, lastSeen: Int32Array): ReadonlyMap<number, readonly number[]> => {
  const repeated = new Map<number, number[]>()
  for (let row = 0; row < rows.length; row++) {
    if (visibility[row] !== visibilities.visible) continue
    const record = rows.record[row]!
    if (lastSeen[record] === partition) repeated.set(record, [])
    lastSeen[record] = partition
  }
  if (repeated.size === 0) return repeated

  for (let row = 0; row < rows.length; row++) {
    if (visibility[row] === visibilities.visible) repeated.get(rows.record[row]!)?.push(row)
  }

  return repeated
}

interface Around {
  readonly facts: Facts
  readonly tally: Tally
}

interface Place extends Around {
  /** Where the finding is told of. */
  readonly partition: number
}

/** The copies of a record in the one partition. */
const countInPartition = (around: Around, log: PartitionLog, record: number, rows: readonly number[]): void => {
  const { evidence: { sends, partitions }, evidence } = around.facts
  const { partition } = log
  const there = sendsOf(evidence, record).filter(send => {
    const sentTo = sends.partition[send]!

    return sentTo === partition || (partitions[sentTo]!.partition === null && partitions[sentTo]!.topic === partitions[partition]!.topic)
  })
  if (there.length === 0) return

  countSurplus({ ...around, partition }, {
    record,
    there,
    copies: rows.map(row => ({ log, row })),
    told: copies => ({ offset: log.rows.offset[copies.at(-1)!.row]!, note: `copies at offsets ${copies.slice(0, 8).map(({ row }) => log.rows.offset[row]).join(', ')}` })
  })
}

/** The copies of a record in all partitions of a topic to which it was sent without one. */
const countStrewn = (around: Around, record: number, copies: readonly FoundAt[]): void => {
  const { evidence } = around.facts
  countSurplus({ ...around, partition: partitionOfRecord(evidence, record) }, {
    record,
    there: sendsOf(evidence, record),
    copies,
    told: of => ({
      offset: null,
      note: `copies at ${of.slice(0, 8).map(({ log, row }) => `${evidence.partitions[log.partition]!.partition}@${log.rows.offset[row]}`).join(', ')} (partition@offset)`
    })
  })
}

interface Copies {
  readonly record: number
  /** The sends that may have written them. */
  readonly there: readonly number[]
  readonly copies: readonly FoundAt[]
  readonly told: (copies: readonly FoundAt[]) => Surplus['told']
}

const countSurplus = (place: Place, { record, there, copies, told }: Copies): void => {
  const { evidence } = place.facts
  const { sends } = evidence
  const written = there.filter(send => sends.outcome[send] !== outcomes.rejected)
  const attemptOf = ({ log, row }: FoundAt): number => log.rows.attempt[row]!

  if (copies.some(copy => attemptOf(copy) === notKnown)) {
    report(place, { record, told: told(copies), blamed: written.length > 0 ? written : there, surplus: copies.length - Math.max(1, written.length) })

    return
  }
  for (const [attempt, ofAttempt] of Map.groupBy(copies, attemptOf)) {
    report(place, {
      record,
      told: told(ofAttempt),
      blamed: sendsOf(evidence, record).filter(send => sends.attempt[send] === attempt),
      surplus: ofAttempt.length - 1
    })
  }
}

interface Surplus {
  readonly record: number
  readonly told: { readonly offset: number | null, readonly note: string }
  readonly blamed: readonly number[]
  readonly surplus: number
}

const report = ({ facts: { evidence }, tally, partition }: Place, { record, told: { offset, note }, blamed, surplus }: Surplus): void => {
  if (surplus <= 0) return
  const producers = blamed.map(send => evidence.producers[evidence.sends.producer[send]!]!)
  const permitting = producers.find(({ idempotent }) => !idempotent)
  const named = permitting ?? producers[0]!
  tally.add({
    anomaly: 'duplicated',
    level: permittedOr(permitting !== undefined),
    partition,
    count: surplus,
    reason: {
      cause: `${named.name}|${named.incarnation}`,
      words: () => `${idempotenceInWords(named)}: a retry ${permitting === undefined ? 'must not write' : 'may write'} a record again`
    },
    witness: () => ({ id: evidence.recordName(record), offset, at: evidence.sends.at[blamed[0]!]!, note })
  })
}
