/**
 * ElectLeaders (API key 43, version 2, KIP-460), which the client library does not have. Its answer holds a result for each partition, and
 * an error there is no failure of the question: that no election was needed, say.
 */
import { createAPI, Writer, type Reader } from '@platformatic/kafka'
import type { Election } from '../model/operations.ts'
import type { TopicPartition } from '../model/recorder.ts'

interface Asked {
  readonly election: Election
  readonly partitions: readonly TopicPartition[]
  readonly timeoutMs: number
}

export interface ElectLeadersResponse {
  readonly errorCode: number
  readonly results: readonly ElectionResult[]
}

export interface ElectionResult extends TopicPartition {
  readonly errorCode: number
  readonly errorMessage: string | null
}

const types = { preferred: 0, unclean: 1 } as const satisfies Record<Election, number>

const createRequest = ({ election, partitions, timeoutMs }: Asked): Writer =>
  Writer.create()
    .appendInt8(types[election])
    .appendArray([...Map.groupBy(partitions, ({ topic }) => topic)], (writer, [topic, own]) => {
      writer.appendString(topic).appendArray(own.map(({ partition }) => partition), (inner, partition) => inner.appendInt32(partition), true, false)
    })
    .appendInt32(timeoutMs)
    .appendTaggedFields()

const parseResponse = (_correlation: number, _key: number, _version: number, reader: Reader): ElectLeadersResponse => {
  reader.readInt32()
  const errorCode = reader.readInt16()
  const results = reader.readArray(ofTopic => {
    const topic = ofTopic.readString()

    return ofTopic.readArray((ofPartition): ElectionResult =>
      ({ topic, partition: ofPartition.readInt32(), errorCode: ofPartition.readInt16(), errorMessage: ofPartition.readNullableString() }))
  }).flat()
  reader.readTaggedFields()

  return { errorCode, results }
}

export const electLeadersV2 = createAPI<[Asked], ElectLeadersResponse>(43, 2, createRequest, parseResponse)
