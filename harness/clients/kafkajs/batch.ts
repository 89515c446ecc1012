/** One fetched batch of kafkajs in the driver's words, and what the application may do while it works on it. */
import type { Batch, EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { TopicPartition } from '../../model/recorder.ts'
import type { BatchControl, DeliveredBatch } from '../driver.ts'
import type { Assignment } from './assignment.ts'
import type { AutomaticCommits } from './automatic-commits.ts'
import { outcomeOfCommit } from './outcomes.ts'

const nothing = Buffer.alloc(0)

export const readBatch = ({ topic, partition, messages }: Batch): DeliveredBatch => ({
  topic,
  partition,
  records: messages.map(message => ({
    offset: Number(message.offset),
    leaderEpoch: leaderEpochOf(message),
    value: message.value ?? nothing
  }))
})

/** The record batch's header has it; kafkajs's types do not. */
const leaderEpochOf = (message: KafkaMessage): number | undefined => {
  if (!('batchContext' in message)) return undefined

  const context = message.batchContext as { readonly partitionLeaderEpoch?: number }

  return context.partitionLeaderEpoch !== undefined && context.partitionLeaderEpoch >= 0 ? context.partitionLeaderEpoch : undefined
}

/** The control, and the error that must reach kafkajs when the batch is over. */
export const controlBatch = (
  payload: EachBatchPayload, assignment: Assignment, commits: AutomaticCommits
): BatchControl & { readonly failure: () => unknown } => {
  const partition: TopicPartition = { topic: payload.batch.topic, partition: payload.batch.partition }
  let failure: unknown

  const unlessFailing = async (call: () => Promise<void>): Promise<void> => {
    if (failure !== undefined || !assignment.active()) return
    try {
      await call()
    } catch (error) {
      failure = error
    }
  }

  return {
    failure: () => failure,
    failing: () => failure !== undefined,
    current: () => assignment.active() && payload.isRunning(),
    heartbeat: () => unlessFailing(() => payload.heartbeat()),
    commitIfDue: () => unlessFailing(() => payload.commitOffsetsIfNecessary()),
    done: offset => {
      if (!assignment.active()) return
      payload.resolveOffset(String(offset))
      commits.mayBegin(partition, offset + 1)
    },
    commit: async offset => {
      if (!assignment.active()) return { outcome: 'rejected', error: 'NOT_SENT_ASSIGNMENT_ENDED' }
      try {
        await payload.commitOffsetsIfNecessary({
          topics: [{ topic: partition.topic, partitions: [{ partition: partition.partition, offset: String(offset) }] }]
        })

        return { outcome: 'acknowledged' }
      } catch (error) {
        failure ??= error

        return outcomeOfCommit(error)
      }
    }
  }
}
