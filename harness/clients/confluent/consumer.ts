/**
 * librdkafka's consumer with promises. Its callbacks (a rebalance, an automatic commit, a log line) are served while it is polled, and come
 * by ways of their own: two turns of the event loop after a poll all of those that it caused are here.
 */
import type { TopicPartition } from '../../model/recorder.ts'
import { asError } from '../brokers.ts'
import { endedOrLate, twoTurns, withinDeadline } from '../waiting.ts'
import type { RawConsumer, RawError, RawMessage, RawOffset } from './library.ts'

const asksWithinMs = 5000
const seeksWithinMs = 2000
const leavesWithinMs = 5000

interface Polling {
  readonly most: number
  readonly waitMs: number
}

/** Rejects with a RawError. */
export const poll = async (consumer: RawConsumer, { most, waitMs }: Polling): Promise<readonly RawMessage[]> => {
  consumer.setDefaultConsumeTimeout(waitMs)
  try {
    return await new Promise((resolve, reject) => {
      consumer.consume(most, (error, messages) => {
        if (isAbsent(error)) resolve(messages ?? [])
        else reject(asError(error))
      })
    })
  } finally {
    await twoTurns()
  }
}

/** What the group has committed, in the order of the partitions: undefined where it has no commit. */
export const askCommitted = async (consumer: RawConsumer, partitions: readonly TopicPartition[]): Promise<readonly (number | undefined)[]> => {
  if (partitions.length === 0) return []
  const answers = await withinDeadline(new Promise<readonly (RawOffset | Error)[]>((resolve, reject) => {
    consumer.committed(partitions, asksWithinMs, (error, found) => {
      if (isAbsent(error)) resolve(found)
      else reject(asError(error))
    })
  }), 'the offsets that the group has committed', asksWithinMs + 1000)
  const found = answers.map(answer => {
    if (answer instanceof Error) throw answer

    return answer
  })

  return partitions.map(({ topic, partition }) => {
    const offset = found.find(one => one.topic === topic && one.partition === partition)?.offset

    return offset !== undefined && offset >= 0 ? offset : undefined
  })
}

/**
 * The error, or undefined once the coordinator has answered. Blocks meanwhile: `commitCb` calls back when the commit is queued
 * (version 1.10.1, `KafkaConsumer::Commit` is `commitAsync`), and nobody would know whether the group has it.
 */
export const commit = (consumer: RawConsumer, offset: RawOffset): RawError | undefined => {
  try {
    consumer.commitSync([offset])

    return undefined
  } catch (error) {
    return error as RawError
  }
}

export const seek = (consumer: RawConsumer, offset: RawOffset): Promise<void> => new Promise((resolve, reject) => {
  consumer.seek(offset, seeksWithinMs, error => {
    if (isAbsent(error)) resolve()
    else reject(asError(error))
  })
})

/** Leaves the group, for which the coordinator is needed: the session's end does the same later. */
export const leave = (consumer: RawConsumer): Promise<void> => endedOrLate(new Promise(resolve => { consumer.disconnect(resolve) }), leavesWithinMs)

const isAbsent = (error: unknown): error is null | undefined => error === null || error === undefined
