/**
 * Finds the records that were acknowledged and are gone. Several checkers need to know them: what is lost has not also
 * vanished, and a missing record makes a transaction torn under the same conditions.
 */
import { notKnown, outcomes } from '../model/evidence.ts'
import { sendsOf } from './attempts.ts'
import { isWhollyAudited } from './audited.ts'
import { isCommitted, type Facts } from './facts.ts'
import { isDecided, provesAbsence, provesAbsenceAt } from './partition-log.ts'

export interface LostRecords {
  /** By record: the acknowledged send that tells it best, and whether the contract permits the loss. */
  readonly records: ReadonlyMap<number, LostRecord>
  /** Partitions where nothing can be said of some acknowledged record, because its offset is not known and records were deleted. */
  readonly undecided: ReadonlySet<number>
}

export interface LostRecord {
  readonly send: number
  readonly permitted: boolean
}

export const lostRecords = (facts: Facts): LostRecords => {
  const { evidence, presence, promises } = facts
  const { sends } = evidence
  const records = new Map<number, LostRecord>()
  const expired: number[] = []
  const absence = absenceProof(facts)

  for (let send = 0; send < sends.length; send++) {
    const record = sends.record[send]!
    if (presence[record] !== 0 || sends.outcome[send] !== outcomes.acknowledged || !isCommitted(evidence, send)) continue
    if (mayHaveExpired(facts, send)) expired.push(send)
    if (!absence.isProven(send) || !absence.isProvenOfOthers(send)) continue

    const permitted = promises.mayBeLost(send)
    const known = records.get(record)
    if (known === undefined || (known.permitted && !permitted)) records.set(record, { send, permitted })
  }
  const undecided = expired.filter(send => !records.has(sends.record[send]!)).map(send => sends.partition[send]!)

  return { records, undecided: new Set(undecided) }
}

/** The record may have been deleted with the log's beginning, and nobody knows where it was. */
const mayHaveExpired = ({ evidence: { sends }, logs, compaction }: Facts, send: number): boolean => {
  const log = logs[sends.partition[send]!]!

  return sends.offset[send] === notKnown && log.complete && log.bounds!.logStart > 0 && !compaction.isCompacted(log.partition)
}

export interface AbsenceProof {
  /** The audits prove that this acknowledged send should be where it was acknowledged, and is not. */
  readonly isProven: (send: number) => boolean
  /** They saw everything that the record's other attempts may have written, where its own absence is proven. */
  readonly isProvenOfOthers: (send: number) => boolean
}

export const absenceProof = (facts: Facts): AbsenceProof => {
  const { evidence, logs, compaction } = facts
  const { sends, partitions } = evidence
  const whollyAudited = new Map<number, boolean>()

  const isTopicWhollyAudited = (topic: number): boolean => {
    const known = whollyAudited.get(topic) ?? isWhollyAudited(facts, topic)
    whollyAudited.set(topic, known)

    return known
  }

  const isSeen = (send: number): boolean => {
    if (sends.outcome[send] === outcomes.rejected) return true
    if (sends.offset[send] !== notKnown) {
      const log = logs[sends.acknowledgedPartition[send]!]!

      return provesAbsenceAt(log, sends.offset[send]!) || (log.complete && sends.offset[send]! < log.bounds!.logStart)
    }
    const { topic, partition } = partitions[sends.partition[send]!]!

    return partition === null ? isTopicWhollyAudited(topic) : isDecided(logs[sends.partition[send]!]!)
  }

  return {
    isProven: send => {
      const sentTo = sends.partition[send]!
      const offset = sends.offset[send]!
      if (compaction.isCompacted(sentTo) && !compaction.isJudged(send)) return false
      if (offset !== notKnown) return provesAbsenceAt(logs[sends.acknowledgedPartition[send]!]!, offset) && logs[sentTo]!.complete
      const { topic, partition } = partitions[sentTo]!

      return partition === null ? isTopicWhollyAudited(topic) : provesAbsence(logs[sentTo]!)
    },
    isProvenOfOthers: send => sendsOf(evidence, sends.record[send]!).every(isSeen)
  }
}
