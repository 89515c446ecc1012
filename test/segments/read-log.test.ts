/**
 * The reader of segments on files that Kafka 4.3 wrote (a producer's batches of 1, 30 and 200 records, compressed by the broker; and
 * two producers' transactions), whole, cut, padded and damaged.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codecs } from '../../harness/clients/codecs.ts'
import type { BatchInfo } from '../../harness/model/record-batches.ts'
import { openLogReader, type LogRead } from '../../harness/segments/index.ts'

const written = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'written-by-kafka', `${name}.segment`))

interface Segment {
  readonly baseOffset: number
  readonly pieces: readonly Buffer[]
}

const read = (...segments: readonly Segment[]): LogRead & { readonly values: readonly string[], readonly infos: readonly BatchInfo[] } => {
  const values: string[] = []
  const infos: BatchInfo[] = []
  const reader = openLogReader({ codecs, onBatch: batch => { infos.push(batch) }, onRecord: (offset, value) => { values.push(`${offset} ${value.toString()}`) } })
  for (const { baseOffset, pieces } of segments) {
    reader.segment(baseOffset)
    for (const piece of pieces) reader.piece(piece)
  }

  return { ...reader.end(), values, infos }
}

const readWhole = (...pieces: readonly Buffer[]) => read({ baseOffset: 0, pieces })

const expectedValues = (codec: string): readonly string[] => [1, 30, 200].flatMap(count =>
  Array.from({ length: count }, (_, index) => `${codec}-${index}-${'x'.repeat(index % 90)}`)).map((value, offset) => `${offset} ${value}`)

/** Where the batches of a segment begin. */
const startsOf = (bytes: Buffer): readonly number[] => {
  const starts: number[] = []
  for (let start = 0; start < bytes.length; start += 12 + bytes.readInt32BE(start + 8)) starts.push(start)

  return starts
}

test.each(['gzip', 'snappy', 'lz4', 'zstd'])('what Kafka compressed with %s is read, record by record', codec => {
  const { values, infos, ...found } = readWhole(written(codec))

  expect(values).toEqual(expectedValues(codec))
  expect(infos.map(({ baseSequence, records, intact }) => [baseSequence, records, intact])).toEqual([[0, 1, true], [1, 30, true], [31, 200, true]])
  expect(found).toEqual({ logStart: 0, logEnd: 231, complete: true, batches: 3, damaged: 0, tornBytes: 0 })
})

test('pieces may be cut anywhere, and be overwritten once they were handed over', () => {
  const bytes = written('lz4')
  for (const size of [1, 7, 61, 1000]) {
    const values: string[] = []
    const reader = openLogReader({ codecs, onRecord: (offset, value) => { values.push(`${offset} ${value.toString()}`) } })
    const piece = Buffer.alloc(size)
    reader.segment(0)
    for (let at = 0; at < bytes.length; at += size) {
      const length = bytes.copy(piece, 0, at, at + size)
      reader.piece(piece.subarray(0, length))
      piece.fill(0xee)
    }

    expect(values).toEqual(expectedValues('lz4'))
    expect(reader.end()).toMatchObject({ logEnd: 231, complete: true, tornBytes: 0 })
  }
})

test('a last batch that is torn ends the log before it, wherever it is torn', () => {
  const bytes = written('zstd')
  const last = startsOf(bytes)[2] ?? 0
  // The first seven bytes of its offset are zeros, and could be room that nobody has used yet.
  for (const end of [last + 8, last + 20, last + 60, bytes.length - 1]) {
    expect(readWhole(bytes.subarray(0, end))).toMatchObject({ logEnd: 31, complete: true, batches: 2, tornBytes: end - last })
  }
})

test('zeros at the end are room that nobody has used yet', () => {
  expect(readWhole(written('zstd'), Buffer.alloc(10), Buffer.alloc(5000))).toMatchObject({ logEnd: 231, complete: true, tornBytes: 0 })
  expect(readWhole(written('zstd'), Buffer.alloc(5))).toMatchObject({ logEnd: 231, complete: true, tornBytes: 0 })
  expect(readWhole(Buffer.alloc(4096))).toMatchObject({ logStart: 0, logEnd: 0, complete: true, batches: 0 })
})

test('anything else behind the last batch is damage', () => {
  const noise = Buffer.alloc(100, 0xff)

  expect(readWhole(written('zstd'), noise)).toMatchObject({ logEnd: 231, complete: false, reason: 'what follows offset 230 is no record batch' })
  expect(readWhole(written('zstd'), Buffer.alloc(100), noise)).toMatchObject({ complete: false, reason: 'what follows offset 230 is no record batch' })
})

test('several segments are one log, and only the last one may end in a torn batch', () => {
  const bytes = written('gzip')
  const [, second = 0, third = 0] = startsOf(bytes)
  const head = { baseOffset: 0, pieces: [bytes.subarray(0, second)] }
  const middle = { baseOffset: 1, pieces: [bytes.subarray(second, third)] }
  const tail = { baseOffset: 31, pieces: [bytes.subarray(third)] }

  expect(read(head, middle, tail)).toMatchObject({ logStart: 0, logEnd: 231, complete: true, values: expectedValues('gzip') })
  expect(read(middle, tail)).toMatchObject({ logStart: 1, logEnd: 231, complete: true })
  expect(read({ ...head, pieces: [...head.pieces, Buffer.alloc(64)] }, middle)).toMatchObject({ complete: true, logEnd: 31 })
  expect(read(head, { ...middle, pieces: [bytes.subarray(second, third - 5)] }, tail)).toMatchObject({
    complete: false, reason: 'a segment ends within the batch behind offset 0, and is not the last one'
  })
})

test('segments in the wrong order, and one that is read twice, are no complete log', () => {
  const bytes = written('gzip')

  expect(read({ baseOffset: 0, pieces: [bytes] }, { baseOffset: 0, pieces: [bytes] })).toMatchObject({ complete: false, reason: 'a segment that begins at 0 follows offset 230' })
  expect(readWhole(bytes, bytes)).toMatchObject({ complete: false, reason: 'offset 0 comes after 230' })
})

test('an empty segment tells where the log begins', () => {
  expect(read({ baseOffset: 700, pieces: [] })).toMatchObject({ logStart: 700, logEnd: 700, complete: true })
})

test('a flipped byte shows in the checksum', () => {
  const bytes = written('transactions')
  const intact = readWhole(bytes)
  const flipped = Buffer.from(bytes)
  flipped[startsOf(bytes)[1]! + 50]! ^= 1

  expect(intact).toMatchObject({ damaged: 0, complete: true })
  expect(readWhole(flipped)).toMatchObject({ damaged: 1, batches: intact.batches })
})

test('compressed records that do not unpack leave the log incomplete', () => {
  const bytes = Buffer.from(written('zstd'))
  bytes.fill(0xff, 61, 70)

  expect(readWhole(bytes)).toMatchObject({ damaged: 1, complete: false, reason: '1 record batches could not be taken apart', logEnd: 231 })
})

test('messages of an old format are refused with their number', () => {
  const old = Buffer.alloc(12 + 22)
  old.writeInt32BE(22, 8)
  old[16] = 1

  expect(() => readWhole(old)).toThrow('The log holds messages of format 1 behind offset -1. Only format 2, which Kafka writes since 0.11, can be read.')
})

test('a number that is no format is damage', () => {
  const bytes = Buffer.from(written('zstd'))
  bytes[startsOf(bytes)[1]! + 16] = 0x42

  expect(readWhole(bytes)).toMatchObject({ complete: false, reason: '1 record batches could not be taken apart', logEnd: 231, batches: 2 })
})

test('a batch longer than any broker takes is damage, and is not waited for', () => {
  const huge = Buffer.from(written('zstd').subarray(0, 61))
  huge.writeInt32BE(2 ** 31 - 1, 8)

  expect(readWhole(written('gzip'), huge, Buffer.alloc(1000))).toMatchObject({ complete: false, logEnd: 231, tornBytes: 0 })
})
