/**
 * How an application goes back over what it has read, as one does that rebuilds what it derives from records: after so many of a partition it
 * seeks back by some, and works on those once more. Never to before where it began when it was assigned the partition.
 */
import type { DeliveredRecord } from '../clients/driver.ts'
import { partitionKey } from '../clients/partition-key.ts'
import type { TopicPartition } from '../model/recorder.ts'
import type { ReplayPlan } from '../model/workload.ts'

export interface Replays {
  readonly assigned: (partitions: readonly TopicPartition[]) => void
  /** These have been worked on; the offset to go back to, if it is time. */
  readonly worked: (where: TopicPartition, records: readonly DeliveredRecord[]) => number | undefined
}

interface Progress {
  readonly first: number
  sinceReplay: number
}

export const replaysBy = (plan: ReplayPlan | undefined): Replays => {
  const progress = new Map<string, Progress>()

  return {
    assigned: partitions => { for (const partition of partitions) progress.delete(partitionKey(partition)) },
    worked: (where, records) => {
      const [first, last] = [records[0], records.at(-1)]
      if (plan === undefined || first === undefined || last === undefined) return undefined
      const own = progress.get(partitionKey(where)) ?? { first: first.offset, sinceReplay: 0 }
      progress.set(partitionKey(where), own)
      own.sinceReplay += records.length
      if (own.sinceReplay < plan.every) return undefined

      own.sinceReplay = 0
      const target = Math.max(own.first, last.offset + 1 - plan.records)

      return target <= last.offset ? target : undefined
    }
  }
}
