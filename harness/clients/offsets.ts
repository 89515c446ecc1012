/** First and last offsets, asked of each partition's leader. */
import { listOffsetsV7 } from '@platformatic/kafka'
import { messageOf } from '../model/errors.ts'
import type { OffsetRange, PartitionState } from '../model/metadata.ts'
import type { Brokers } from './brokers.ts'
import { pause } from './waiting.ts'

const earliest = -2n
const latest = -1n
const fromAnyClient = -1
const readUncommitted = 0

const answerWithinMs = 10_000

/**
 * A new leader does not know its offsets until its followers have fetched: asked again, and of who leads then, for ten seconds. A partition
 * that has no leader even then is left out, so that it keeps nobody from the others.
 */
export const askOffsets = async (brokers: Brokers, describe: () => Promise<readonly PartitionState[]>): Promise<readonly OffsetRange[]> => {
  const until = performance.now() + answerWithinMs
  for (;;) {
    const isLate = performance.now() > until
    try {
      const partitions = await describe()

      return await askOnce(brokers, isLate ? partitions.filter(({ leader }) => leader !== undefined) : partitions)
    } catch (error) {
      if (isLate) throw new Error(`Waited ${answerWithinMs / 1000} s for offsets: ${messageOf(error)}`, { cause: error })
      await pause(200)
    }
  }
}

const askOnce = async (brokers: Brokers, partitions: readonly PartitionState[]): Promise<readonly OffsetRange[]> => {
  const leaderless = partitions.find(({ leader }) => leader === undefined)
  if (leaderless !== undefined) throw new Error(`${leaderless.topic}-${leaderless.partition} has no leader to ask for its offsets.`)

  const ranges = await Promise.all([...Map.groupBy(partitions, ({ leader }) => leader ?? -1)].map(async ([leader, own]) => {
    const starts = await askAt(brokers, leader, own, earliest)
    const ends = await askAt(brokers, leader, own, latest)

    return own.map(({ topic, partition }) => ({
      topic,
      partition,
      logStart: offsetIn(starts, topic, partition),
      logEnd: offsetIn(ends, topic, partition)
    }))
  }))

  return ranges.flat()
}

const askAt = (brokers: Brokers, leader: number, partitions: readonly PartitionState[], timestamp: bigint): Promise<listOffsetsV7.ListOffsetsResponse> => {
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, own]) => ({
    name,
    partitions: own.map(({ partition, leaderEpoch }) => ({ partitionIndex: partition, currentLeaderEpoch: leaderEpoch ?? -1, timestamp }))
  }))

  return brokers.askBroker(leader, connection => listOffsetsV7.api.async(connection, fromAnyClient, readUncommitted, topics))
}

const offsetIn = (answer: listOffsetsV7.ListOffsetsResponse, name: string, index: number): number => {
  const found = answer.topics.find(topic => topic.name === name)?.partitions.find(({ partitionIndex }) => partitionIndex === index)
  if (found === undefined) throw new Error(`The leader of ${name}-${index} did not tell its offsets.`)

  return Number(found.offset)
}
