/** Whether a group has come to the end of its partitions: seen from what its members put on record. */
import type { LedgerTail } from '../ledger/tail.ts'
import type { OffsetRange } from '../model/metadata.ts'
import { pause } from './waiting.ts'

export interface GroupTargets {
  readonly group: string
  /** The log ends to reach. */
  readonly targets: readonly OffsetRange[]
  /** Set: what it was delivered counts only when it is committed. */
  readonly committed?: true
  /** Set: where it begins is known only by what it was delivered, or by a position above 0. */
  readonly beginsAnywhere?: true
}

/** A partition whose end a group has not come to. */
export interface Behind {
  /** `orders-0 at 17 of 20`. */
  readonly text: string
  /**
   * The judgement will call the rest undelivered: a member owned the partition, and the group has not committed past what it was
   * delivered. Committed records that nobody was delivered would be called skipped, as if a fault had cut them off; and nothing at all
   * is said of a group of which nobody knows where it began.
   */
  readonly judged: boolean
}

/** For each partition that is not done as of the tail's last poll. */
const whatIsBehind = (tail: LedgerTail, { group, targets, committed: counts, beginsAnywhere }: GroupTargets): readonly Behind[] => {
  const positions = tail.positions(group)

  return targets.flatMap(({ topic, partition, logStart, logEnd }) => {
    const position = positions.get(`${topic}-${partition}`)
    const next = (counts === true ? position?.committed : position?.next) ?? 0
    if (logEnd <= logStart || next >= logEnd) return []

    return [{ text: `${topic}-${partition} at ${next} of ${logEnd}`, judged: position !== undefined && position.committed <= next && (beginsAnywhere !== true || position.next > 0) }]
  })
}

/** Polls until the group has reached its targets. Past the deadline: what is still behind. */
export const untilGroupReaches = async (
  tail: LedgerTail, group: GroupTargets, deadline: { readonly milliseconds: number }
): Promise<{ readonly reached: boolean, readonly behind: readonly Behind[] }> => {
  const until = performance.now() + deadline.milliseconds
  for (;;) {
    tail.poll()
    const behind = whatIsBehind(tail, group)
    if (behind.length === 0 || performance.now() > until) return { reached: behind.length === 0, behind }
    await pause(100)
  }
}
