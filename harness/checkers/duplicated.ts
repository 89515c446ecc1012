/**
 * `duplicated`: more copies of a record in its partition than sends that could have written them.
 *
 * Guilty: one send, two copies at offsets 0 and 1. Innocent: two attempts of one id, neither rejected, and two copies.
 */
import { notKnown, outcomes } from '../model/evidence.ts'
import { sendsOf } from './attempts.ts'
import { permittedOr, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'
import { visibilities, type PartitionLog } from './partition-log.ts'
import { idempotenceInWords } from './promises.ts'
import type { Tally } from './tally.ts'

export const duplicated: Checker = {
  name: 'duplicated',
  check: (facts, tally) => {
    const lastSeen = new Int32Array(facts.evidence.recordCount).fill(-1)
    for (const log of facts.logs) {
      for (const [record, rows] of repeatedIn(log, lastSeen)) countSurplus({ facts, tally, log }, record, rows)
    }
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

interface Place {
  readonly facts: Facts
  readonly tally: Tally
  readonly log: PartitionLog
}

const countSurplus = (place: Place, record: number, copies: readonly number[]): void => {
  const { facts: { evidence }, log: { partition, rows } } = place
  const { sends, partitions } = evidence
  const there = sendsOf(evidence, record).filter(send => {
    const sentTo = sends.partition[send]!

    return sentTo === partition || (partitions[sentTo]!.partition === null && partitions[sentTo]!.topic === partitions[partition]!.topic)
  })
  if (there.length === 0) return
  const written = there.filter(send => sends.outcome[send] !== outcomes.rejected)

  if (copies.some(row => rows.attempt[row] === notKnown)) {
    report(place, { record, copies, blamed: written.length > 0 ? written : there, surplus: copies.length - Math.max(1, written.length) })

    return
  }
  for (const [attempt, ofAttempt] of Map.groupBy(copies, row => rows.attempt[row]!)) {
    report(place, {
      record,
      copies: ofAttempt,
      blamed: sendsOf(evidence, record).filter(send => sends.attempt[send] === attempt),
      surplus: ofAttempt.length - 1
    })
  }
}

interface Surplus {
  readonly record: number
  readonly copies: readonly number[]
  readonly blamed: readonly number[]
  readonly surplus: number
}

const report = ({ facts: { evidence }, tally, log: { partition, rows } }: Place, { record, copies, blamed, surplus }: Surplus): void => {
  if (surplus <= 0) return
  const producers = blamed.map(send => evidence.producers[evidence.sends.producer[send]!]!)
  const permitting = producers.find(({ idempotent }) => !idempotent)
  const told = permitting ?? producers[0]!
  tally.add({
    anomaly: 'duplicated',
    level: permittedOr(permitting !== undefined),
    partition,
    count: surplus,
    reason: {
      cause: `${told.name}|${told.incarnation}`,
      words: () => `${idempotenceInWords(told)}: a retry ${permitting === undefined ? 'must not write' : 'may write'} a record again`
    },
    witness: () => ({
      id: evidence.recordName(record),
      offset: rows.offset[copies.at(-1)!]!,
      at: evidence.sends.at[blamed[0]!]!,
      note: `copies at offsets ${copies.slice(0, 8).map(row => rows.offset[row]).join(', ')}`
    })
  })
}
