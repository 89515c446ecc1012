/**
 * What is known of the commits that kafkajs makes by itself. It tells of the successful ones only, after the fact; so each
 * position that it may be committing is remembered from the moment it could begin, and what was never heard of again is
 * indeterminate.
 */
import type { Consumer } from 'kafkajs'
import type { TopicPartition } from '../../model/recorder.ts'
import type { MemberListener } from '../driver.ts'

interface Pending extends TopicPartition {
  readonly offset: number
  /** By `performance.now()`. */
  readonly since: number
}

export interface AutomaticCommits {
  readonly watch: (consumer: Consumer) => void
  /** From now on kafkajs may commit this partition up to `offset`. */
  readonly mayBegin: (partition: TopicPartition, offset: number) => void
  /** Whatever is pending in this partition, or in all, will not be heard of any more. */
  readonly giveUp: (partition?: TopicPartition) => void
}

/** kafkajs stamps its requests with the wall clock. */
const wallMs = (): number => performance.timeOrigin + performance.now()

/** For a member that commits by its own hand: there is nothing to watch. */
export const noAutomaticCommits: AutomaticCommits = { watch: () => undefined, mayBegin: () => undefined, giveUp: () => undefined }

export const watchAutomaticCommits = (committed: MemberListener['committed']): AutomaticCommits => {
  const pending = new Map<string, Pending>()
  const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`
  let lastRequestCreatedMs = wallMs()

  const settle = (partition: TopicPartition, offset: number): void => {
    if ((pending.get(keyOf(partition))?.offset ?? Infinity) <= offset) pending.delete(keyOf(partition))
  }

  return {
    watch: consumer => {
      consumer.on(consumer.events.REQUEST, ({ payload }) => {
        if (payload.apiName === 'OffsetCommit') lastRequestCreatedMs = payload.createdAt
      })
      consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
        // kafkajs's stamps are whole milliseconds: one more, so that the invocation is not told later than it was.
        const beganMsAgo = wallMs() - lastRequestCreatedMs + 1
        for (const { topic, partitions } of payload.topics) {
          // Numbers by kafkajs's types, strings in fact.
          for (const { partition: index, offset } of partitions as readonly { partition: number | string, offset: string }[]) {
            const partition = Number(index)
            settle({ topic, partition }, Number(offset))
            committed({ topic, partition, offset: Number(offset), beganMsAgo, outcome: 'acknowledged' })
          }
        }
      })
    },
    mayBegin: ({ topic, partition }, offset) => {
      pending.set(keyOf({ topic, partition }), { topic, partition, offset, since: performance.now() })
    },
    giveUp: partition => {
      for (const [key, { since, ...commit }] of pending) {
        if (partition !== undefined && key !== keyOf(partition)) continue

        pending.delete(key)
        committed({ ...commit, beganMsAgo: performance.now() - since, outcome: 'indeterminate', error: 'NOT_HEARD_OF' })
      }
    }
  }
}
