/**
 * What is known of the commits that the library makes by itself: when each began, from its diagnostic channel, and what became of it.
 * One that is not heard of again is indeterminate.
 */
import { consumerCommitsChannel, type CommitOptions } from '@platformatic/kafka'
import type { MemberListener } from '../driver.ts'
import type { RawConsumer } from './member.ts'
import { outcomeOfCommit } from './outcomes.ts'

export interface AutomaticCommits {
  /** Whatever is under way will not be heard of any more. */
  readonly giveUp: () => void
}

interface Began {
  readonly offsets: CommitOptions['offsets']
  /** By `performance.now()`. */
  readonly since: number
}

/** What the channel tells of one call: `error` once it has failed. */
interface Call {
  readonly client?: unknown
  readonly options?: unknown
  readonly error?: unknown
}

export const watchAutomaticCommits = (consumer: RawConsumer, committed: MemberListener['committed']): AutomaticCommits => {
  const pending = new Map<object, Began>()

  const tell = ({ offsets, since }: Began, result: Parameters<typeof outcomeOfCommit>[0]): void => {
    const fate = result === undefined ? { outcome: 'acknowledged' } as const : outcomeOfCommit(result)
    for (const { topic, partition, offset } of offsets) {
      committed({ topic, partition, offset: Number(offset), beganMsAgo: performance.now() - since, ...fate })
    }
  }

  const handlers = {
    start: (call: Call) => {
      const offsets = (call.options as CommitOptions | undefined)?.offsets
      if (call.client === consumer && offsets !== undefined) pending.set(call, { offsets, since: performance.now() })
    },
    asyncStart: (call: Call) => {
      const began = pending.get(call)
      if (pending.delete(call) && began !== undefined) tell(began, call.error)
    },
    end: () => undefined,
    asyncEnd: () => undefined,
    error: () => undefined
  }
  consumerCommitsChannel.subscribe(handlers)

  return {
    giveUp: () => {
      for (const [call, { offsets, since }] of pending) {
        pending.delete(call)
        for (const { topic, partition, offset } of offsets) {
          committed({ topic, partition, offset: Number(offset), beganMsAgo: performance.now() - since, outcome: 'indeterminate', error: 'NOT_HEARD_OF' })
        }
      }
    }
  }
}
