/** The self-describing record: what goes in comes out, and no byte of it can change unnoticed. */
import { expect, test } from 'vitest'
import { isPoison, leastBytesWithOrigin, leastRecordBytes, originOf, readRecord, recordSlots, recordTags, topicTag, writeRecord, type RecordStamp } from '../../harness/model/record.ts'
import { recordNumber } from '../../harness/model/record-number.ts'

const tags = recordTags('run-1', 'orders')
const stamp: RecordStamp = { record: recordNumber({ producer: 3, incarnation: 2, sequence: 4711 }), partition: 65_000, attempt: 7, at: 2 ** 40 + 5 }

const written = (recordBytes = 100, of = stamp): Buffer => {
  const [slot] = recordSlots({ count: 1, recordBytes })
  if (slot === undefined) throw new Error('One slot was asked for.')
  writeRecord(slot, tags, of)

  return slot.value
}

test('a record tells what was written into it', () => {
  expect(readRecord(written(), tags.run)).toEqual({ kind: 'own', stamp, topic: topicTag('orders'), intact: true })
})

test.each([leastRecordBytes, 100, 1000, 65_535])('a record of %i bytes is whole', bytes => {
  const value = written(bytes)

  expect(value.length).toBe(bytes)
  expect(readRecord(value, tags.run)).toMatchObject({ kind: 'own', intact: true })
})

test('a change of any byte is noticed', () => {
  const intact = written()
  const unnoticed = Array.from(intact.keys()).filter(index => {
    const changed = Buffer.from(intact)
    changed[index] = (changed[index] ?? 0) ^ 1
    const found = readRecord(changed, tags.run)

    return found.kind === 'own' && found.intact
  })

  expect(unnoticed).toEqual([])
})

test('a cut or padded value is not intact', () => {
  expect(readRecord(written().subarray(0, 99), tags.run)).toMatchObject({ intact: false })
  expect(readRecord(Buffer.concat([written(), Buffer.alloc(1)]), tags.run)).toMatchObject({ intact: false })
})

test('records of another run, and of nobody, are foreign', () => {
  expect(readRecord(written(), recordTags('run-2', 'orders').run)).toEqual({ kind: 'foreign' })
  expect(readRecord(Buffer.from('{"order":17}'), tags.run)).toEqual({ kind: 'foreign' })
  expect(readRecord(Buffer.alloc(0), tags.run)).toEqual({ kind: 'foreign' })
  expect(readRecord(Buffer.alloc(100), tags.run)).toEqual({ kind: 'foreign' })
})

test('a value whose number no record can have is foreign, however it came about', () => {
  const value = written()
  value.writeDoubleLE(Number.NaN, 28)

  expect(readRecord(value, tags.run)).toEqual({ kind: 'foreign' })
})

test('a slot that is written again holds the new record only', () => {
  const [slot] = recordSlots({ count: 1, recordBytes: 100 })
  if (slot === undefined) throw new Error('One slot was asked for.')
  writeRecord(slot, tags, stamp)
  writeRecord(slot, tags, { ...stamp, record: stamp.record + 1 })

  expect(readRecord(slot.value, tags.run)).toMatchObject({ intact: true, stamp: { record: stamp.record + 1 } })
})

test('a size that cannot hold the description is refused, by name', () => {
  expect(() => recordSlots({ count: 1, recordBytes: 51 })).toThrow('recordBytes is 51')
})

test.each([leastBytesWithOrigin, 100])('a record of %i bytes tells what it was made from, beside all the rest', bytes => {
  const origin = { record: recordNumber({ producer: 8191, incarnation: 255, sequence: 2 ** 32 - 1 }), partition: 63 }
  const [slot] = recordSlots({ count: 1, recordBytes: bytes })
  if (slot === undefined) throw new Error('One slot was asked for.')
  writeRecord(slot, tags, { ...stamp, poison: true, origin })

  expect(originOf(slot.value)).toEqual(origin)
  expect(isPoison(slot.value)).toBe(true)
  expect(readRecord(slot.value, tags.run)).toMatchObject({ kind: 'own', stamp, intact: true })
})

test('a record that was made from no other has no origin, whatever its filler says', () => {
  expect(originOf(written())).toBe(undefined)
})
