/**
 * `replica-divergence`: two brokers' disks disagree, where both were read completely.
 *
 * Guilty: broker 1 has `p1:4` at offset 4, broker 2 has `p1:5` there. Innocent: broker 2's log ends at 4.
 */
import type { PartitionAudit } from '../model/evidence.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'

export const replicaDivergence: Checker = {
  name: 'replica-divergence',
  check: (facts, tally) => {
    const { evidence, promises, compaction } = facts
    for (const [partition, replicas] of replicasByPartition(facts)) {
      const permitted = promises.mayBeTruncated(partition)
      for (const [offset, between] of divergentOffsets(replicas, compaction.isCompacted(partition))) {
        tally.add({
          anomaly: 'replica-divergence',
          level: permittedOr(permitted),
          partition,
          reason: about(promises.ofPartition(partition), contract => `${contract}: two replicas hold different records at one offset`),
          witness: () => ({
            id: evidence.recordName(between.flatMap(audit => recordsAt(audit, offset))[0]!),
            offset,
            at: null,
            note: `brokers ${between.map(({ replica }) => replica).join(' and ')}`
          })
        })
      }
    }
  }
}

const replicasByPartition = ({ evidence: { audits } }: Facts): ReadonlyMap<number, readonly PartitionAudit[]> => {
  const complete = audits.filter(({ replica, line }) => replica !== null && line?.complete === true)

  return Map.groupBy(complete, ({ partition }) => partition)
}

type Between = readonly [PartitionAudit, PartitionAudit]

const divergentOffsets = (replicas: readonly PartitionAudit[], compacted: boolean): ReadonlyMap<number, Between> => {
  const offsets = new Map<number, Between>()
  for (let left = 0; left < replicas.length; left++) {
    for (let right = left + 1; right < replicas.length; right++) {
      compare([replicas[left]!, replicas[right]!], { compacted, offsets })
    }
  }

  return offsets
}

/** A read_committed audit that does not say where its last stable offset is may have seen nothing. */
const readUpTo = ({ line }: PartitionAudit): number =>
  (line!.isolation === 'read_committed' ? Math.min(line!.logEnd, line!.lastStable ?? 0) : line!.logEnd)

/** Walks both logs side by side through the range that both cover. */
const compare = (between: Between, { compacted, offsets }: { readonly compacted: boolean, readonly offsets: Map<number, Between> }): void => {
  const [left, right] = between
  const from = Math.max(left.line!.logStart, right.line!.logStart)
  const to = Math.min(readUpTo(left), readUpTo(right))
  // A read_committed reader leaves aborted records out, and another one does not.
  const mayMiss = compacted || left.line!.isolation !== right.line!.isolation
  let leftRow = firstFrom(left, from)
  let rightRow = firstFrom(right, from)
  for (;;) {
    const leftOffset = Math.min(left.rows.offset[leftRow] ?? to, to)
    const rightOffset = Math.min(right.rows.offset[rightRow] ?? to, to)
    const offset = Math.min(leftOffset, rightOffset)
    if (offset >= to) return

    const differs = leftOffset === rightOffset ? !isSame(between, offset, [leftRow, rightRow]) : !mayMiss
    if (differs && !offsets.has(offset)) offsets.set(offset, between)
    while (left.rows.offset[leftRow] === offset) leftRow += 1
    while (right.rows.offset[rightRow] === offset) rightRow += 1
  }
}

const firstFrom = ({ rows }: PartitionAudit, offset: number): number => {
  let row = 0
  while (rows.offset[row]! < offset) row += 1

  return row
}

const isSame = ([left, right]: Between, offset: number, [leftRow, rightRow]: readonly [number, number]): boolean => {
  const oneEach = left.rows.offset[leftRow + 1] !== offset && right.rows.offset[rightRow + 1] !== offset
  if (oneEach) return left.rows.record[leftRow] === right.rows.record[rightRow]

  const ofLeft = new Set(recordsAt(left, offset))
  const ofRight = new Set(recordsAt(right, offset))

  return ofLeft.size === ofRight.size && [...ofLeft].every(record => ofRight.has(record))
}

const recordsAt = ({ rows }: PartitionAudit, offset: number): readonly number[] => {
  const records: number[] = []
  for (let row = 0; row < rows.length; row++) if (rows.offset[row] === offset) records.push(rows.record[row]!)

  return records
}
