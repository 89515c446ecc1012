/** Whether a group has come to the end of its partitions: seen from what its members put on record. */
import type { LedgerTail } from '../ledger/tail.ts'
import type { OffsetRange } from '../model/metadata.ts'
import { pause } from './waiting.ts'

export interface GroupTargets {
  readonly group: string
  /** The log ends to reach. */
  readonly targets: readonly OffsetRange[]
}

/** `orders-0 at 17 of 20`, for each partition that is not done as of the tail's last poll. */
const whatIsBehind = (tail: LedgerTail, { group, targets }: GroupTargets): readonly string[] => {
  const positions = tail.positions(group)

  return targets.flatMap(({ topic, partition, logStart, logEnd }) => {
    const position = positions.get(`${topic}-${partition}`) ?? 0

    return logEnd > logStart && position < logEnd ? [`${topic}-${partition} at ${position} of ${logEnd}`] : []
  })
}

/** Polls until the group has reached its targets. Past the deadline: what is still behind. */
export const untilGroupReaches = async (
  tail: LedgerTail, group: GroupTargets, deadline: { readonly milliseconds: number }
): Promise<{ readonly reached: boolean, readonly behind: readonly string[] }> => {
  const until = performance.now() + deadline.milliseconds
  for (;;) {
    tail.poll()
    const behind = whatIsBehind(tail, group)
    if (behind.length === 0 || performance.now() > until) return { reached: behind.length === 0, behind }
    await pause(100)
  }
}
