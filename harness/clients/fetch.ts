/**
 * One Fetch request for one partition, answered with the raw bytes of its record batches. Version 12: the last that
 * names topics, understood by Kafka 2.7 and everything since; no fetch session, so that each request stands alone.
 */
import { Writer, type Connection, type Reader } from '@platformatic/kafka'
import type { TopicPartition } from '../model/recorder.ts'

const fetchKey = 1
const fetchVersion = 12
const fromAnyClient = -1
const noSession = 0
const onlyThisFetch = -1

export interface FetchQuestion extends TopicPartition {
  readonly offset: number
  readonly mostBytes: number
}

export interface FetchAnswer {
  /** Kafka's code; 0: none. */
  readonly errorCode: number
  readonly highWatermark: number
  readonly lastStable: number
  readonly logStart: number
  readonly batches: Buffer
}

export const fetchPartition = (connection: Connection, question: FetchQuestion): Promise<FetchAnswer> => {
  const { promise, resolve, reject } = Promise.withResolvers<FetchAnswer>()
  connection.send(fetchKey, fetchVersion, () => writeQuestion(question), readAnswer, true, true, (error, answer?: FetchAnswer) => {
    if (error !== null || answer === undefined) reject(error ?? new Error(`The fetch of ${question.topic}-${question.partition} had no answer.`))
    else resolve(answer)
  })

  return promise
}

const writeQuestion = ({ topic, partition, offset, mostBytes }: FetchQuestion): Writer =>
  Writer.create()
    .appendInt32(fromAnyClient)
    .appendInt32(500)
    .appendInt32(1)
    .appendInt32(mostBytes)
    .appendInt8(0)
    .appendInt32(noSession)
    .appendInt32(onlyThisFetch)
    .appendArray([topic], (writer, name) => {
      writer.appendString(name).appendArray([partition], (inner, index) => {
        inner.appendInt32(index).appendInt32(-1).appendInt64(BigInt(offset)).appendInt32(-1).appendInt64(-1n).appendInt32(mostBytes)
      })
    })
    .appendArray([], () => undefined)
    .appendString('')
    .appendTaggedFields()

const readAnswer = (_correlation: number, _key: number, _version: number, reader: Reader): FetchAnswer => {
  reader.readInt32()
  const errorCode = reader.readInt16()
  reader.readInt32()
  const answers = reader.readArray(topic => {
    topic.readString()

    return topic.readArray(readPartition)
  }).flat()
  const answer = answers[0]

  return errorCode === 0 && answer !== undefined
    ? answer
    : { errorCode: errorCode === 0 ? -1 : errorCode, highWatermark: -1, lastStable: -1, logStart: -1, batches: Buffer.alloc(0) }
}

const readPartition = (reader: Reader): FetchAnswer => {
  reader.readInt32()
  const errorCode = reader.readInt16()
  const highWatermark = Number(reader.readInt64())
  const lastStable = Number(reader.readInt64())
  const logStart = Number(reader.readInt64())
  reader.readNullableArray(transaction => [transaction.readInt64(), transaction.readInt64()])
  reader.readInt32()

  return { errorCode, highWatermark, lastStable, logStart, batches: reader.readNullableBytes() ?? Buffer.alloc(0) }
}
