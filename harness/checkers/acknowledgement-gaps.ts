/**
 * The stretches of time in which a partition acknowledged nothing although some send of it was waiting: what its clients saw as
 * an outage. Each ends with an acknowledgement, or when nobody waits any more.
 *
 * Example: a sent at 0 and acknowledged at 3, b sent at 2 and acknowledged at 20: the stretches are 0 to 3 and 3 to 20. Had b been sent
 * at 5, they would be 0 to 3 and 5 to 20.
 */
import { outcomes, type Evidence } from '../model/evidence.ts'

/** In microseconds since the run began. */
export interface AcknowledgementGap {
  readonly from: number
  readonly to: number
  /** An acknowledgement ended it; else all that waited had come to another end. */
  readonly acknowledged: boolean
}

/** Called for each stretch, in the order of time, with one object that is used again: there are as many as acknowledgements. */
type Visit = (gap: AcknowledgementGap) => void

export const visitGaps = ({ sends, producers }: Evidence, partition: number, visit: Visit): void => {
  const cut = gapCutter(acknowledgementTimes(sends, partition), visit)
  // Before the first send: a stretch of no length, in which nothing can have been acknowledged.
  let end = -1
  let start = end
  for (let send = sends.starts[partition]!; send < sends.starts[partition + 1]!; send++) {
    const sentAt = sends.at[send]!
    const silent = sends.outcome[send] === outcomes.silent
    const until = silent ? producers[sends.producer[send]!]!.lastAt : sends.outcomeAt[send]!
    if (sentAt > end) {
      cut(start, end)
      start = sentAt
    }
    end = Math.max(end, until, sentAt)
  }
  cut(start, end)
}

/** Cuts stretches of uninterrupted waiting, in the order of time, where acknowledgements came. */
const gapCutter = (acknowledgedAt: Float64Array, visit: Visit): ((start: number, end: number) => void) => {
  const gap = { from: 0, to: 0, acknowledged: false }
  let next = 0

  return (start, end) => {
    gap.from = start
    gap.acknowledged = true
    for (; next < acknowledgedAt.length && acknowledgedAt[next]! <= end; next++) {
      gap.to = acknowledgedAt[next]!
      if (gap.to > gap.from) visit(gap)
      gap.from = gap.to
    }
    gap.to = end
    gap.acknowledged = false
    if (end > gap.from) visit(gap)
  }
}

const acknowledgementTimes = (sends: Evidence['sends'], partition: number): Float64Array => {
  const from = sends.starts[partition]!
  const to = sends.starts[partition + 1]!
  const times = new Float64Array(to - from)
  let count = 0
  for (let send = from; send < to; send++) {
    if (sends.outcome[send] !== outcomes.acknowledged) continue
    const at = sends.outcomeAt[send]!
    // The records of a batch are acknowledged at one moment.
    if (at !== times[count - 1]) times[count++] = at
  }

  return times.subarray(0, count).sort()
}
