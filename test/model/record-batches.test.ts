/** The lean reader of record batches, against batches that another implementation wrote: kafkajs's encoder. */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { codecs, compress } from '../../harness/clients/codecs.ts'
import { registerCodecs } from '../../harness/clients/kafkajs/compression.ts'
import { readBatches, type BatchInfo } from '../../harness/model/record-batches.ts'

interface Encoded { readonly buffer: Buffer }

const require = createRequire(import.meta.url)
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { readonly RecordBatch: (fields: object) => Promise<Encoded> }
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (fields: object) => Encoded
const Long = require('kafkajs/src/utils/long') as { readonly fromNumber: (value: number) => unknown }

const batchOf = async (values: readonly (string | null)[], { firstOffset = 0, epoch = 3, key = null as string | null, compression = 0 } = {}): Promise<Buffer> => {
  const records = values.map((value, offsetDelta) => encodeRecord({ offsetDelta, timestampDelta: offsetDelta * 100, key, value, headers: { trace: 'a' } }))
  const { buffer } = await RecordBatch({
    records, compression, firstOffset: Long.fromNumber(firstOffset), partitionLeaderEpoch: epoch, lastOffsetDelta: values.length - 1
  })

  return Buffer.from(buffer)
}

const read = (bytes: Buffer) => {
  const found: { offset: number, value: string, batch: BatchInfo }[] = []
  const result = readBatches(bytes, { codecs, onRecord: (offset, value, batch) => { found.push({ offset, value: value.toString(), batch }) } })

  return { ...result, found }
}

test('offsets, values and the leader epoch come out, batch after batch', async () => {
  const bytes = Buffer.concat([await batchOf(['a', 'b'.repeat(300), '']), await batchOf(['c'], { firstOffset: 70_000, epoch: 9, key: 'k' })])
  const { found, nextOffset, damaged, unreadable } = read(bytes)

  expect(found.map(({ offset, value }) => [offset, value])).toEqual([[0, 'a'], [1, 'b'.repeat(300)], [2, ''], [70_000, 'c']])
  expect(found.map(({ batch }) => batch.leaderEpoch)).toEqual([3, 3, 3, 9])
  expect({ nextOffset, damaged, unreadable }).toEqual({ nextOffset: 70_001, damaged: 0, unreadable: 0 })
})

test('a record without a value counts as an empty one', async () => {
  expect(read(await batchOf([null])).found).toMatchObject([{ offset: 0, value: '' }])
})

test('a batch that was cut off is left for the next fetch', async () => {
  const whole = await batchOf(['a'])
  const cut = Buffer.concat([whole, (await batchOf(['b'], { firstOffset: 1 })).subarray(0, 70)])

  expect(read(cut)).toMatchObject({ nextOffset: 1, damaged: 0, unreadable: 0 })
  expect(read(whole.subarray(0, 40)).nextOffset).toBeUndefined()
})

test('a flipped byte in a value shows in the checksum, and the record is read all the same', async () => {
  const bytes = await batchOf(['abc'])
  bytes[bytes.indexOf('abc')] = 'x'.charCodeAt(0)
  const { found, damaged, unreadable } = read(bytes)

  expect(found).toMatchObject([{ value: 'xbc', batch: { intact: false } }])
  expect({ damaged, unreadable }).toEqual({ damaged: 1, unreadable: 0 })
})

test('a batch that cannot be taken apart is counted, and the next one is read', async () => {
  const bad = await batchOf(['abc'])
  bad[61] = 0x7e
  const { found, nextOffset, unreadable } = read(Buffer.concat([bad, await batchOf(['d'], { firstOffset: 1 })]))

  expect(found).toMatchObject([{ offset: 1, value: 'd' }])
  expect({ nextOffset, unreadable }).toEqual({ nextOffset: 2, unreadable: 1 })
})

test.each([['gzip', 1], ['snappy', 2], ['lz4', 3], ['zstd', 4]])('a batch that kafkajs compressed with %s is unpacked, and one that does not unpack is counted', async (_, compression) => {
  registerCodecs()
  const bytes = await batchOf(['a', 'b'.repeat(200)], { compression })
  const { found, unreadable } = read(bytes)

  expect(found.map(({ value, batch }) => [value, batch.codec, batch.intact])).toEqual([['a', compression, true], ['b'.repeat(200), compression, true]])
  expect(unreadable).toBe(0)

  bytes.fill(0xff, 61)
  expect(read(bytes)).toMatchObject({ found: [], damaged: 1, unreadable: 1, nextOffset: 2 })
})

test('what kafkajs is taught to unpack is what the auditor unpacks', async () => {
  registerCodecs()
  const { lookupCodec } = require('kafkajs/src/protocol/message/compression') as { readonly lookupCodec: (type: number) => { readonly decompress: (bytes: Buffer) => Promise<Buffer> } }

  for (const type of [1, 2, 3, 4]) {
    expect((await lookupCodec(type).decompress(compress(type, Buffer.from('some records')))).toString()).toBe('some records')
  }
})

test('a codec that Kafka does not have leaves the batch unreadable', async () => {
  const bytes = await batchOf(['a'])
  bytes.writeInt16BE(7, 21)

  expect(read(bytes)).toMatchObject({ found: [], unreadable: 1, nextOffset: 1 })
})

test('zeros, and lengths that no batch has, stop the reading instead of turning in circles', async () => {
  const whole = await batchOf(['a'])
  const damaged = await batchOf(['b'], { firstOffset: 1 })
  damaged.writeInt32BE(-12, 8)

  expect(read(Buffer.concat([whole, Buffer.alloc(100)]))).toMatchObject({ nextOffset: 1, bytes: whole.length, stopped: true })
  expect(read(Buffer.concat([whole, damaged]))).toMatchObject({ nextOffset: 1, bytes: whole.length, stopped: true })
  expect(read(whole)).toMatchObject({ bytes: whole.length, stopped: false })
})

test('a batch of an old format is told and passed over', async () => {
  const old = Buffer.alloc(12 + 30)
  old.writeBigInt64BE(4n, 0)
  old.writeInt32BE(30, 8)
  old[16] = 1

  expect(read(Buffer.concat([old, await batchOf(['a'], { firstOffset: 5 })]))).toMatchObject({
    found: [{ offset: 5 }], nextOffset: 6, unreadable: 1, foreignFormat: 1
  })
})

test('a transaction marker takes an offset and is nobody\'s record', async () => {
  const bytes = await batchOf(['marker'])
  bytes.writeInt16BE(0x30, 21)

  expect(read(bytes)).toMatchObject({ found: [], nextOffset: 1 })
})
