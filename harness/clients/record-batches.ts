/**
 * Reads record batches v2 (KIP-98) straight from the bytes of a Fetch response: half a million records a second need a
 * reader that makes no object but the value's view. What a broker sends may end in the middle of a batch; what is cut off
 * comes again with the next fetch.
 *
 *   baseOffset int64, batchLength int32, partitionLeaderEpoch int32, magic int8, crc uint32, attributes int16,
 *   lastOffsetDelta int32, baseTimestamp int64, maxTimestamp int64, producerId int64, producerEpoch int16,
 *   baseSequence int32, records int32, then for each record: length, attributes, timestampDelta, offsetDelta, key, value,
 *   headers, where lengths and deltas are zigzag varints
 */
import { gunzipSync } from 'node:zlib'
import { crc32c } from '@platformatic/kafka'

const lengthEnd = 12
const crcStart = 17
const attributesStart = 21
const recordsStart = 61

export interface BatchInfo {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly leaderEpoch: number
  readonly producerId: bigint
  readonly transactional: boolean
  /** A transaction marker: it takes an offset and holds no record of anybody's. */
  readonly control: boolean
  /** The CRC-32C over the batch matches. */
  readonly intact: boolean
}

/** `value` is a view of the fetched bytes: to be used before the next fetch, or copied. */
export type OnRecord = (offset: number, value: Buffer, batch: BatchInfo) => void

export interface BatchesRead {
  /** The next offset to fetch; undefined if not one whole batch was there. */
  readonly nextOffset: number | undefined
  /** Batches whose checksum does not match. */
  readonly damaged: number
  /** Batches that cannot be taken apart, so that some of their records were not seen. */
  readonly unreadable: number
}

export const readBatches = (bytes: Buffer, onRecord: OnRecord): BatchesRead => {
  let start = 0
  let nextOffset: number | undefined
  let damaged = 0
  let unreadable = 0

  while (start + recordsStart <= bytes.length) {
    const end = start + lengthEnd + bytes.readInt32BE(start + 8)
    if (end > bytes.length) break

    const batch = infoOf(bytes, start, end)
    if (!batch.intact) damaged += 1
    if (!readRecords(bytes, { start, end }, batch, onRecord)) unreadable += 1
    nextOffset = batch.lastOffset + 1
    start = end
  }

  return { nextOffset, damaged, unreadable }
}

const infoOf = (bytes: Buffer, start: number, end: number): BatchInfo => {
  const attributes = bytes.readInt16BE(start + attributesStart)
  const baseOffset = Number(bytes.readBigInt64BE(start))

  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(start + 23),
    leaderEpoch: bytes.readInt32BE(start + 12),
    producerId: bytes.readBigInt64BE(start + 43),
    transactional: (attributes & 0x10) !== 0,
    control: (attributes & 0x20) !== 0,
    intact: crc32c(bytes.subarray(start + attributesStart, end)) === bytes.readUInt32BE(start + crcStart)
  }
}

interface Span {
  readonly start: number
  readonly end: number
}

/** False if the batch could not be taken apart to its end. */
const readRecords = (bytes: Buffer, { start, end }: Span, batch: BatchInfo, onRecord: OnRecord): boolean => {
  if (batch.control) return true

  try {
    const codec = bytes.readInt16BE(start + attributesStart) & 0x07
    const records = bytes.subarray(start + recordsStart, end)
    walkRecords(codec === 0 ? records : decompress(codec, records), bytes.readInt32BE(start + 57), batch, onRecord)

    return true
  } catch (error) {
    if (error instanceof DamagedRecord) return false
    throw error
  }
}

class DamagedRecord extends Error {}

const decompress = (codec: number, records: Buffer): Buffer => {
  if (codec !== 1) throw new DamagedRecord(`Codec ${codec} is not one that the harness's producers use.`)
  try {
    return gunzipSync(records)
  } catch (cause) {
    throw new DamagedRecord('The batch does not unpack.', { cause })
  }
}

/** A cursor that outlives the call: a varint reader that returned its new position as well would need an object each time. */
let position = 0

const walkRecords = (bytes: Buffer, count: number, batch: BatchInfo, onRecord: OnRecord): void => {
  position = 0
  for (let index = 0; index < count; index += 1) {
    const length = readVarint(bytes)
    const next = position + length
    if (length < 0 || next > bytes.length) throw new DamagedRecord('A record is longer than its batch.')

    position += 1
    skipVarint(bytes)
    const offset = batch.baseOffset + readVarint(bytes)
    const keyBytes = readVarint(bytes)
    if (keyBytes > 0) position += keyBytes
    const valueBytes = readVarint(bytes)
    if (position + valueBytes > next) throw new DamagedRecord('A value is longer than its record.')

    onRecord(offset, bytes.subarray(position, position + Math.max(valueBytes, 0)), batch)
    position = next
  }
}

const readVarint = (bytes: Buffer): number => {
  let result = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[position]
    if (byte === undefined) throw new DamagedRecord('A batch ends in the middle of a number.')

    position += 1
    result |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }

  return (result >>> 1) ^ -(result & 1)
}

const skipVarint = (bytes: Buffer): void => {
  while ((bytes[position] ?? 0) >= 0x80) position += 1
  position += 1
}
