/**
 * `misplaced`: a record where nobody sent it; or one that is not where it was acknowledged, while a copy of it is elsewhere.
 *
 * Guilty: sent to orders-0, in the log of orders-1. Guilty: acknowledged at offset 4, and only at offset 9. Innocent: sent without a
 * partition.
 */
import { notKnown, type Evidence } from '../model/evidence.ts'
import { wasSent } from './attempts.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import { isCommitted, partitionOfRecord, presences, visibilityAt, type Facts } from './facts.ts'
import { absenceProof } from './lost-records.ts'
import { visibilities } from './partition-log.ts'

interface Misplaced {
  readonly permitted: boolean
  readonly send: number
  readonly offset: number
  readonly what: string
}

export const misplaced: Checker = {
  name: 'misplaced',
  check: (facts, tally) => {
    const { evidence, promises } = facts
    const found = new Map<number, Misplaced>()
    noteStrayed(facts, found)
    noteMoved(facts, found)
    for (const [record, { permitted, send, offset, what }] of found) {
      tally.add({
        anomaly: 'misplaced',
        level: permittedOr(permitted),
        partition: partitionOfRecord(evidence, record),
        reason: about(promises.ofSend(send), contract => `${contract}: ${what}`),
        witness: () => ({ id: evidence.recordName(record), offset, at: evidence.sends.at[send]! })
      })
    }
  }
}

/** Visible in a partition that no attempt was sent to. */
const noteStrayed = ({ evidence, logs }: Facts, found: Map<number, Misplaced>): void => {
  for (const { partition, rows, visibility } of logs) {
    for (let row = 0; row < rows.length; row++) {
      const record = rows.record[row]!
      if (visibility[row] !== visibilities.visible || !wasSent(evidence, record) || mayHaveGoneTo(evidence, record, partition)) continue
      if (found.has(record)) continue
      found.set(record, {
        permitted: false,
        send: evidence.sends.firstOf[record]!,
        offset: rows.offset[row]!,
        what: 'a record is in a topic or partition that it was not sent to'
      })
    }
  }
}

const mayHaveGoneTo = ({ sends, partitions }: Evidence, record: number, partition: number): boolean => {
  for (let send = sends.firstOf[record]!; send !== -1; send = sends.nextOf[send]!) {
    const sentTo = sends.partition[send]!
    if (sentTo === partition || partitions[sentTo]!.partition === null) return true
  }

  return false
}

/** Acknowledged at an offset where it is not, though it is elsewhere. */
const noteMoved = (facts: Facts, found: Map<number, Misplaced>): void => {
  const { evidence, presence, promises } = facts
  const { sends } = evidence
  const firstVisible = facts.firstVisible()
  const absence = absenceProof(facts)
  for (let send = 0; send < sends.length; send++) {
    const offset = sends.offset[send]!
    const record = sends.record[send]!
    if (offset === notKnown || (presence[record]! & presences.visible) === 0) continue
    const partition = sends.acknowledgedPartition[send]!
    if (firstVisible[send] === offset && sends.partition[send] === partition) continue
    if (!isCommitted(evidence, send) || !absence.isProven(send)) continue
    if (visibilityAt(facts, { partition, offset, record }) !== visibilities.hidden) continue

    const permitted = promises.mayBeLost(send)
    const known = found.get(record)
    if (known !== undefined && (!known.permitted || permitted)) continue
    found.set(record, {
      permitted,
      send,
      offset,
      what: `a record is not at the offset at which it was acknowledged, though it is elsewhere${permitted ? ', which this contract permits' : ''}`
    })
  }
}
