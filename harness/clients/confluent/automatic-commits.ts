/**
 * What is known of the commits that librdkafka makes by itself. It tells what became of each, and not when it began: so each position is
 * remembered from the moment it was stored, before which no commit of it can have begun. What was never heard of again is indeterminate.
 */
import type { TopicPartition } from '../../model/recorder.ts'
import type { MemberListener } from '../driver.ts'
import { partitionKey } from '../partition-key.ts'
import type { RawError, RawOffset } from './library.ts'
import { nameOf } from './outcomes.ts'

export interface AutomaticCommits {
  /** From now on librdkafka may commit this partition up to `offset`. */
  readonly stored: (partition: TopicPartition, offset: number) => void
  readonly heard: (error: RawError | undefined, offsets: readonly RawOffset[]) => void
  /** Whatever is pending in these partitions, or in all, will not be heard of any more. */
  readonly giveUp: (partitions?: readonly TopicPartition[]) => void
}

interface Stored extends TopicPartition {
  readonly offset: number
  /** By `performance.now()`. */
  readonly since: number
}

export const watchAutomaticCommits = (committed: MemberListener['committed']): AutomaticCommits => {
  const pending = new Map<string, Stored[]>()

  return {
    stored: (partition, offset) => {
      const key = partitionKey(partition)
      const positions = pending.get(key) ?? []
      positions.push({ topic: partition.topic, partition: partition.partition, offset, since: performance.now() })
      pending.set(key, positions)
    },
    heard: (error, offsets) => {
      for (const heard of offsets) {
        const key = partitionKey(heard)
        const found = pending.get(key)?.find(({ offset }) => offset === heard.offset)
        if (found === undefined) continue

        const { since, ...commit } = found
        committed({ ...commit, beganMsAgo: performance.now() - since, ...error === undefined ? { outcome: 'acknowledged' } : { outcome: 'indeterminate', error: nameOf(error) } })
        // After an error librdkafka may commit the same position once more.
        pending.set(key, pending.get(key)?.filter(({ offset }) => offset > commit.offset || (error !== undefined && offset === commit.offset)) ?? [])
      }
    },
    giveUp: partitions => {
      for (const key of partitions?.map(partitionKey) ?? [...pending.keys()]) {
        const last = pending.get(key)?.at(-1)
        pending.delete(key)
        if (last === undefined) continue

        const { since, ...commit } = last
        committed({ ...commit, beganMsAgo: performance.now() - since, outcome: 'indeterminate', error: 'NOT_HEARD_OF' })
      }
    }
  }
}
