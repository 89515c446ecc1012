/**
 * Reads record batches of format 2 (KIP-98) straight from bytes, as a Fetch response and a log segment hold them: half a
 * million records a second need a reader that makes no object but the value's view. The bytes may end in the middle of a
 * batch; what is cut off comes again with the next fetch, or with the next piece of a file.
 *
 *   baseOffset int64, batchLength int32, partitionLeaderEpoch int32, magic int8, crc uint32, attributes int16,
 *   lastOffsetDelta int32, baseTimestamp int64, maxTimestamp int64, producerId int64, producerEpoch int16,
 *   baseSequence int32, records int32, then for each record: length, attributes, timestampDelta, offsetDelta, key, value,
 *   headers, where lengths and deltas are zigzag varints
 *
 * Formats 0 and 1, which Kafka 4 neither writes nor reads, begin alike up to the magic: they are told, and passed over.
 */

const lengthEnd = 12
const magicAt = 16
const crcStart = 17
const attributesStart = 21
const recordsStart = 61
/** A message of format 0 without key and value: less than this is no batch of any format. */
const leastLength = 14
const format = 2

/** What a reader of batches needs and does not have itself. */
export interface Codecs {
  /** CRC-32C. */
  readonly checksum: (bytes: Buffer) => number
  /** By the codec's number in a batch's attributes: 1 gzip, 2 snappy, 3 lz4, 4 zstd. Throws where it cannot. */
  readonly decompress: (codec: number, records: Buffer) => Buffer
}

export interface BatchInfo {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly leaderEpoch: number
  /** -1: its producer was not idempotent. */
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  /** The codec's number. */
  readonly codec: number
  readonly transactional: boolean
  /** A transaction marker: it takes an offset and holds no record of anybody's. */
  readonly control: boolean
  /** How a transaction ended, where the batch is such a marker. */
  readonly marker: 'commit' | 'abort' | undefined
  /** How many records it holds: fewer than it has offsets, where a topic was compacted. */
  readonly records: number
  /** The CRC-32C over the batch matches. */
  readonly intact: boolean
}

export interface BatchReading {
  readonly codecs: Codecs
  readonly onBatch?: (batch: BatchInfo) => void
  /** `value` is a view of the bytes: to be used before they are overwritten, or copied. */
  readonly onRecord?: (offset: number, value: Buffer, batch: BatchInfo) => void
}

export interface BatchesRead {
  /** The offset behind the last batch; undefined if not one whole batch was there. */
  readonly nextOffset: number | undefined
  /** How many bytes the whole batches take. */
  readonly bytes: number
  /** Batches whose checksum does not match. */
  readonly damaged: number
  /** Batches that cannot be taken apart, so that some of their records were not seen. */
  readonly unreadable: number
  /** The format of the first batch that is not of format 2; it counts as unreadable. */
  readonly foreignFormat: number | undefined
  /** What follows the last batch cannot be the beginning of one: zeros that were reserved, or damage. */
  readonly stopped: boolean
}

export const readBatches = (bytes: Buffer, reading: BatchReading): BatchesRead => {
  let start = 0
  let nextOffset: number | undefined
  let damaged = 0
  let unreadable = 0
  let foreignFormat: number | undefined
  let stopped = false

  while (start + attributesStart <= bytes.length) {
    const length = bytes.readInt32BE(start + 8)
    const magic = bytes.readInt8(start + magicAt)
    stopped = length < (magic === format ? recordsStart - lengthEnd : leastLength)
    const end = start + lengthEnd + length
    if (stopped || end > bytes.length) break

    if (magic === format) {
      const batch = infoOf(bytes, { start, end }, reading.codecs)
      if (!batch.intact) damaged += 1
      reading.onBatch?.(batch)
      if (!readRecords(bytes, { start, end }, batch, reading)) unreadable += 1
      nextOffset = batch.lastOffset + 1
    } else {
      foreignFormat ??= magic
      unreadable += 1
      nextOffset = Number(bytes.readBigInt64BE(start)) + 1
    }
    start = end
  }

  return { nextOffset, bytes: start, damaged, unreadable, foreignFormat, stopped }
}

interface Span {
  readonly start: number
  readonly end: number
}

const infoOf = (bytes: Buffer, { start, end }: Span, { checksum }: Codecs): BatchInfo => {
  const attributes = bytes.readInt16BE(start + attributesStart)
  const baseOffset = Number(bytes.readBigInt64BE(start))
  const control = (attributes & 0x20) !== 0

  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(start + 23),
    leaderEpoch: bytes.readInt32BE(start + 12),
    producerId: bytes.readBigInt64BE(start + 43),
    producerEpoch: bytes.readInt16BE(start + 51),
    baseSequence: bytes.readInt32BE(start + 53),
    codec: attributes & 0x07,
    transactional: (attributes & 0x10) !== 0,
    control,
    marker: control ? markerIn(bytes.subarray(start + recordsStart, end)) : undefined,
    records: bytes.readInt32BE(start + 57),
    intact: checksum(bytes.subarray(start + attributesStart, end)) === bytes.readUInt32BE(start + crcStart)
  }
}

/** False if the batch could not be taken apart to its end. */
const readRecords = (bytes: Buffer, { start, end }: Span, batch: BatchInfo, { codecs, onRecord }: BatchReading): boolean => {
  if (batch.control || onRecord === undefined) return true

  try {
    const records = bytes.subarray(start + recordsStart, end)
    walkRecords(batch.codec === 0 ? records : decompress(codecs, batch.codec, records), batch, onRecord)

    return true
  } catch (error) {
    if (error instanceof DamagedRecord) return false
    throw error
  }
}

class DamagedRecord extends Error {}

const decompress = (codecs: Codecs, codec: number, records: Buffer): Buffer => {
  try {
    return codecs.decompress(codec, records)
  } catch (cause) {
    throw new DamagedRecord('The batch does not unpack.', { cause })
  }
}

/** A cursor that outlives the call: a varint reader that returned its new position as well would need an object each time. */
let position = 0

const walkRecords = (bytes: Buffer, batch: BatchInfo, onRecord: NonNullable<BatchReading['onRecord']>): void => {
  position = 0
  for (let index = 0; index < batch.records; index += 1) {
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

    const from = position
    position = next
    onRecord(offset, bytes.subarray(from, from + Math.max(valueBytes, 0)), batch)
  }
}

/** A marker's record: length, attributes, two deltas, and a key of four bytes: a version, and a type (0: abort, 1: commit). */
const markerIn = (records: Buffer): BatchInfo['marker'] => {
  position = 0
  skipVarint(records)
  position += 1
  skipVarint(records)
  skipVarint(records)
  skipVarint(records)
  if (position + 4 > records.length) return undefined
  const type = records.readInt16BE(position + 2)

  return type === 0 ? 'abort' : type === 1 ? 'commit' : undefined
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
