/**
 * Where a leader's log of the epochs before its own ends (OffsetForLeaderEpoch, KIP-320), and how far its replicas have followed it. Both are
 * asked of the broker that is believed to lead, in the epoch in which it is believed to: one that leads no more, or not yet, refuses.
 */
import { listOffsetsV7, offsetForLeaderEpochV4 } from '@platformatic/kafka'
import type { EpochEnd, EpochQuestion } from '../model/metadata.ts'
import type { Brokers } from './brokers.ts'

const fromAnyClient = -1
const readUncommitted = 0
const latest = -1n

export const askEpochEnd = (brokers: Brokers, { topic: name, partition, leader, leaderEpoch, epoch }: EpochQuestion): Promise<EpochEnd | undefined> => {
  const place = { partitionIndex: partition, currentLeaderEpoch: leaderEpoch }

  return brokers.askBroker(leader, async connection => {
    const ends = await offsetForLeaderEpochV4.api.async(connection, fromAnyClient, [{ name, partitions: [{ ...place, leaderEpoch: epoch }] }])
    const marks = await listOffsetsV7.api.async(connection, fromAnyClient, readUncommitted, [{ name, partitions: [{ ...place, timestamp: latest }] }])
    const end = ends.topics[0]?.partitions[0]?.endOffset
    const highWatermark = marks.topics[0]?.partitions[0]?.offset
    // A negative offset is Kafka's word for "not known".
    if (end === undefined || end < 0n || highWatermark === undefined || highWatermark < 0n) return undefined

    return { end: Number(end), highWatermark: Number(highWatermark) }
  })
}
