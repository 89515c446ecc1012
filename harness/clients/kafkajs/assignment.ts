/**
 * What a member owns, from one join to the next, and where it starts reading. kafkajs does not tell its positions, so they
 * are asked of the coordinator once more, right after the join: until this member commits, nobody else of its group can
 * (older generations are fenced), so the answer is what kafkajs itself got. Where the group has no commit, the position is
 * that of the first fetch that brings records. No batch is worked on before the question has been answered or given up.
 */
import type { TopicPartition } from '../../model/recorder.ts'
import type { MemberListener } from '../driver.ts'
import { partitionKey } from '../partition-key.ts'

export type CommittedOffsets = ReadonlyMap<string, number>

export interface Assignment {
  readonly owned: readonly TopicPartition[]
  readonly active: () => boolean
  /** To be called with each fetch that brings records, before they are handed on. */
  readonly fetched: (partition: TopicPartition, offset: number) => Promise<void>
  /** kafkajs said that it resets this partition's position. */
  readonly outOfRange: (partition: TopicPartition) => void
  readonly end: () => void
}

export const beginAssignment = (
  owned: readonly TopicPartition[],
  listener: Pick<MemberListener, 'assigned' | 'positioned' | 'revoked' | 'sought'>,
  askCommitted: () => Promise<CommittedOffsets>
): Assignment => {
  const positions = new Map<string, number>()
  const resets = new Set<string>()
  let active = true

  const position = (partition: TopicPartition, offset: number): void => {
    positions.set(partitionKey(partition), offset)
    listener.positioned(partition, offset)
  }

  const question = askCommitted().then(committed => {
    for (const partition of active ? owned : []) {
      const offset = committed.get(partitionKey(partition))
      if (offset !== undefined) position(partition, offset)
    }
  }, () => {
    // Nobody answered in time: the position stays unknown until a fetch tells it.
  })

  listener.assigned(owned)

  return {
    owned,
    active: () => active,
    outOfRange: partition => resets.add(partitionKey(partition)),
    end: () => {
      if (active) listener.revoked(owned)
      active = false
    },
    fetched: async (partition, offset) => {
      await question
      if (!active) return

      if (resets.delete(partitionKey(partition))) listener.sought(partition, offset)
      else if (!positions.has(partitionKey(partition))) position(partition, offset)
      positions.set(partitionKey(partition), offset)
    }
  }
}
