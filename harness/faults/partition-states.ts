/** What the cluster says of one partition, and in words; and a change to it that is undone where it could not be finished. */
import type { Subject } from '../model/cluster.ts'
import type { PartitionState } from '../model/metadata.ts'
import type { TopicPartition } from '../model/recorder.ts'

export const stateOf = async ({ metadata }: Subject, { topic, partition }: TopicPartition): Promise<PartitionState | undefined> =>
  (await metadata.partitions([topic])).find(state => state.partition === partition)

/** `broker 1 leads orders-0 (epoch 3)`. */
export const describeLeader = ({ topic, partition }: TopicPartition, state: PartitionState | undefined): string => {
  const { leader, leaderEpoch } = state ?? {}

  return `${leader === undefined ? 'nobody' : `broker ${leader}`} leads ${topic}-${partition}${leaderEpoch === undefined ? '' : ` (epoch ${leaderEpoch})`}`
}

/** What fails half-way is undone before it is reported. */
export const undoneUnlessDone = async (act: () => Promise<void>, undo: () => Promise<void>): Promise<void> => {
  try {
    await act()
  } catch (error) {
    await undo().catch(() => undefined)
    throw error
  }
}
