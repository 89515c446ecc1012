/**
 * The stretches of time in which a partition acknowledged nothing although some send of it was waiting: what its clients saw as
 * an outage. Each ends with an acknowledgement, or when nobody waits any more.
 *
 * Example: sends at 0 and 5, acknowledged at 3 and 20: the stretches are 0 to 3 and 3 to 20 if the second waited from before 3; else
 * 0 to 3 and 5 to 20.
 */
import { outcomes, type Evidence } from '../model/evidence.ts'

/** In microseconds since the run began. */
export interface AcknowledgementGap {
  readonly from: number
  readonly to: number
  /** An acknowledgement ended it; else all that waited had come to another end. */
  readonly acknowledged: boolean
}

/** In the order of time. */
export const acknowledgementGaps = ({ sends, producers }: Evidence, partition: number): readonly AcknowledgementGap[] => {
  const acknowledgedAt = acknowledgementTimes(sends, partition)
  const gaps: AcknowledgementGap[] = []
  let next = 0

  /** Cuts a stretch of uninterrupted waiting where acknowledgements came. */
  const cut = (start: number, end: number): void => {
    let from = start
    while (next < acknowledgedAt.length && acknowledgedAt[next]! <= start) next += 1
    for (; next < acknowledgedAt.length && acknowledgedAt[next]! <= end; next++) {
      gaps.push({ from, to: acknowledgedAt[next]!, acknowledged: true })
      from = acknowledgedAt[next]!
    }
    if (end > from) gaps.push({ from, to: end, acknowledged: false })
  }

  let start = -1
  let end = -1
  for (let send = sends.starts[partition]!; send < sends.starts[partition + 1]!; send++) {
    const sentAt = sends.at[send]!
    const silent = sends.outcome[send] === outcomes.silent
    const until = silent ? producers[sends.producer[send]!]!.lastAt : sends.outcomeAt[send]!
    if (start !== -1 && sentAt > end) {
      cut(start, end)
      start = -1
    }
    if (start === -1) start = sentAt
    end = Math.max(end, until, sentAt)
  }
  if (start !== -1) cut(start, end)

  return gaps
}

const acknowledgementTimes = (sends: Evidence['sends'], partition: number): Float64Array => {
  const from = sends.starts[partition]!
  const to = sends.starts[partition + 1]!
  const times = new Float64Array(to - from)
  let count = 0
  for (let send = from; send < to; send++) {
    if (sends.outcome[send] === outcomes.acknowledged) times[count++] = sends.outcomeAt[send]!
  }

  return times.subarray(0, count).sort()
}
