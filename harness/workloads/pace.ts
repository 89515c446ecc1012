/**
 * A steady pace by the clock: so many records a second, in sends of at most a batch, at least 20 ms apart unless a whole
 * batch is due. What could not be sent while something waited (a leader that died) is made up for, but only the last
 * second of it: a load that has been held up for a minute does not come down on a recovering cluster at once.
 */

/** How many records may go now, or how long to wait before asking again. */
export type Grant =
  | { readonly records: number }
  | { readonly waitMs: number }

export interface Pace {
  readonly take: (nowMs: number) => Grant
}

export interface PaceOptions {
  /** Undefined: flat out. */
  readonly recordsPerSecond: number | undefined
  readonly batchRecords: number
}

const apartMs = 20
const mostBacklogMs = 1000

export const createPace = ({ recordsPerSecond, batchRecords }: PaceOptions): Pace => {
  if (recordsPerSecond === undefined) return { take: () => ({ records: batchRecords }) }

  const perMs = recordsPerSecond / 1000
  let due = 0
  let reckonedAt: number | undefined
  let sentAt = -Infinity

  return {
    take: nowMs => {
      due = Math.min(due + (nowMs - (reckonedAt ?? nowMs)) * perMs, Math.max(mostBacklogMs * perMs, 1))
      reckonedAt = nowMs

      const records = Math.min(Math.floor(due), batchRecords)
      const early = records < batchRecords && nowMs < sentAt + apartMs
      if (records < 1 || early) return { waitMs: Math.max(1, (1 - due) / perMs, early ? sentAt + apartMs - nowMs : 0) }

      due -= records
      sentAt = nowMs

      return { records }
    }
  }
}
