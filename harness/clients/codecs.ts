/**
 * Kafka's four compression codecs and its checksum, as `@platformatic/kafka` brings them: for the auditor, for the reader of
 * segments, and for kafkajs, which has gzip alone.
 */
import { compressionsAlgorithmsByBitmask, crc32c } from '@platformatic/kafka'
import type { Codecs } from '../model/record-batches.ts'

const algorithm = (codec: number) => {
  const found = codec === 0 ? undefined : compressionsAlgorithmsByBitmask[codec]
  if (found === undefined) throw new Error(`Codec ${codec} is none of Kafka's.`)

  return found
}

export const compress = (codec: number, bytes: Buffer): Buffer => algorithm(codec).compressSync(bytes)

export const codecs: Codecs = {
  checksum: crc32c,
  decompress: (codec, records) => algorithm(codec).decompressSync(records)
}
