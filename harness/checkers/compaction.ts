/**
 * Compacted topics: a record that is gone may have been compacted away, because a later one has the same key. Only the last
 * acknowledged record of a key can be missed, and only where nothing else of that key may lie above it.
 *
 * Example: k=1 acknowledged at offsets 3 and 8, and neither is in the log: the one at 8 is lost, the one at 3 is not judged.
 */
import { notKnown, outcomes, type Evidence } from '../model/evidence.ts'
import { possibleSends } from './attempts.ts'
import { visibilities, type PartitionLog } from './partition-log.ts'

export interface Compaction {
  readonly isCompacted: (partition: number) => boolean
  /** Whether the absence of this acknowledged send means anything; it does not where its key or its offset is not known. */
  readonly isJudged: (send: number) => boolean
}

interface Keys {
  /** By topic: keys to which a tombstone was sent. */
  readonly tombstones: Map<number, Set<number>>
  /** By topic: keys of attempts, not rejected, whose offset is not known. */
  readonly unplaced: Map<number, Set<number>>
  /** By partition and key: the send that was acknowledged at the highest offset. */
  readonly highest: Map<number, Map<number, number>>
  /** By partition and key: the highest offset at which a record of the key is, or may be, visible. */
  readonly visible: Map<number, Map<number, number>>
}

export const compaction = (evidence: Evidence, logs: readonly PartitionLog[]): Compaction => {
  const { topics, partitions, sends } = evidence
  const isCompacted = (partition: number): boolean => topics[partitions[partition]!.topic]!.compacted
  const keys: Keys = { tombstones: new Map(), unplaced: new Map(), highest: new Map(), visible: new Map() }
  for (const log of logs) {
    const { partition } = log
    if (!isCompacted(partition)) continue
    for (let send = sends.starts[partition]!; send < sends.starts[partition + 1]!; send++) noteSend(evidence, keys, send)
    noteVisible(evidence, keys, log)
  }

  return {
    isCompacted,
    isJudged: send => {
      const partition = sends.acknowledgedPartition[send]!
      const key = sends.key[send]!
      const { topic } = partitions[sends.partition[send]!]!
      if (keys.highest.get(partition)?.get(key) !== send) return false
      if (keys.tombstones.get(topic)?.has(key) === true || keys.unplaced.get(topic)?.has(key) === true) return false
      // A record of another run may have had the same key.
      if ((logs[partition]!.bounds?.foreign ?? 0) > 0) return false

      return (keys.visible.get(partition)?.get(key) ?? -1) <= sends.offset[send]!
    }
  }
}

const noteSend = ({ sends, partitions, transactions }: Evidence, keys: Keys, send: number): void => {
  const key = sends.key[send]!
  if (key === notKnown) return
  const { topic } = partitions[sends.partition[send]!]!
  if (sends.tombstone[send] === 1) setOf(keys.tombstones, topic).add(key)
  if (sends.outcome[send] === outcomes.rejected) return
  if (sends.offset[send] === notKnown) {
    setOf(keys.unplaced, topic).add(key)

    return
  }
  // What was aborted takes nobody's place.
  const transaction = transactions[sends.transaction[send]!]
  if (transaction?.state === 'aborted') return

  const highest = mapOf(keys.highest, sends.acknowledgedPartition[send]!)
  const known = highest.get(key)
  if (known === undefined || sends.offset[known]! < sends.offset[send]!) highest.set(key, send)
}

/** Rows come in the order of their offsets, so the last of a key is its highest. */
const noteVisible = (evidence: Evidence, keys: Keys, { partition, rows, visibility }: PartitionLog): void => {
  const highest = mapOf(keys.visible, partition)
  for (let row = 0; row < rows.length; row++) {
    if (visibility[row] === visibilities.hidden) continue
    const offset = rows.offset[row]!
    const copy = { partition, offset, record: rows.record[row]!, attempt: rows.attempt[row]! }
    for (const send of possibleSends(evidence, copy)) {
      highest.set(evidence.sends.key[send]!, offset)
    }
  }
}

const setOf = (sets: Map<number, Set<number>>, index: number): Set<number> => {
  const known = sets.get(index) ?? new Set<number>()
  sets.set(index, known)

  return known
}

const mapOf = (maps: Map<number, Map<number, number>>, index: number): Map<number, number> => {
  const known = maps.get(index) ?? new Map<number, number>()
  maps.set(index, known)

  return known
}
