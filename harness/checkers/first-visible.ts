/**
 * Where each send ended: its first visible offset in the partition that it was sent to. A copy counts only for an attempt
 * that alone it could be; where that leaves an attempt without one, its own acknowledged offset counts, if the record is there.
 */
import { notKnown } from '../model/evidence.ts'
import { possibleSends, soleSend } from './attempts.ts'
import { visibilityAt, type Facts } from './facts.ts'
import { visibilities, type PartitionLog } from './partition-log.ts'

/** By send; -1: it is left out of order checks. */
export const firstVisibleOffsets = (facts: Facts): Float64Array => {
  const { sends } = facts.evidence
  const first = new Float64Array(sends.length).fill(notKnown)
  for (const log of facts.logs) noteCopies(facts, log, first)
  for (let send = 0; send < sends.length; send++) {
    const partition = sends.partition[send]!
    if (first[send] !== notKnown || sends.offset[send] === notKnown || sends.acknowledgedPartition[send] !== partition) continue
    const place = { partition, offset: sends.offset[send]!, record: sends.record[send]! }
    if (visibilityAt(facts, place) === visibilities.visible) first[send] = place.offset
  }

  return first
}

/** Rows come in the order of their offsets, so the first copy of a send is its lowest. */
const noteCopies = ({ evidence }: Facts, { partition, rows, visibility }: PartitionLog, first: Float64Array): void => {
  const { sends } = evidence
  for (let row = 0; row < rows.length; row++) {
    if (visibility[row] !== visibilities.visible) continue
    const record = rows.record[row]!
    const offset = rows.offset[row]!
    const sole = soleSend(evidence, record)
    const send = sole === -1 ? onlyPossible(possibleSends(evidence, { record, partition, offset, attempt: rows.attempt[row]! })) : sole
    if (send !== -1 && sends.partition[send] === partition && first[send] === notKnown) first[send] = offset
  }
}

const onlyPossible = (sends: readonly number[]): number => (sends.length === 1 ? sends[0]! : -1)
