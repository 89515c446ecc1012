/** Reads the entries of a ledger's file in bounded pieces, one after the other, without an object for each. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { entryBytes, headerBytes } from '../../ledger/format.ts'

/** One entry, taken apart; see `ledger/format.ts`. */
export interface EntryFields {
  readonly kind: number
  readonly flags: number
  /** An index into the header's topics. */
  readonly topic: number
  readonly partition: number
  readonly extra: number
  readonly at: number
  readonly attempt: number
  readonly record: number
  readonly value: number
}

export interface Range {
  /** The first entry's index. */
  readonly from: number
  readonly count: number
}

/** `entry` is overwritten after each call; `index` is its place in the file. */
export type VisitEntry = (entry: EntryFields, index: number) => void

const kindBits = 0x1f
const flagBits = 0xe0
const entriesInBlock = 32_768
const twoTo32 = 2 ** 32

/** A torn last entry does not count. */
export const countEntries = (file: string): number => Math.floor(Math.max(0, statSync(file).size - headerBytes) / entryBytes)

export const positionOf = (index: number): number => headerBytes + index * entryBytes

export const scanEntries = (file: string, { from, count }: Range, visit: VisitEntry): void => {
  const block = new ArrayBuffer(Math.min(count, entriesInBlock) * entryBytes)
  const bytes = new Uint8Array(block)
  const descriptor = openSync(file, 'r')
  try {
    for (let done = 0; done < count;) {
      const wanted = Math.min(entriesInBlock, count - done)
      const read = Math.floor(readWhole(descriptor, bytes.subarray(0, wanted * entryBytes), positionOf(from + done)) / entryBytes)
      if (read === 0) return

      visitBlock(block, read, (entry, place) => { visit(entry, from + done + place) })
      done += read
    }
  } finally {
    closeSync(descriptor)
  }
}

const visitBlock = (block: ArrayBuffer, count: number, visit: VisitEntry): void => {
  const bytes = new Uint8Array(block)
  const words = new Uint16Array(block)
  const doubleWords = new Uint32Array(block)
  const doubles = new Float64Array(block)
  const entry = { kind: 0, flags: 0, topic: 0, partition: 0, extra: 0, at: 0, attempt: 0, record: 0, value: 0 }

  for (let place = 0; place < count; place += 1) {
    const first = bytes[place * 32] ?? 0
    entry.kind = first & kindBits
    entry.flags = first & flagBits
    entry.topic = bytes[place * 32 + 1] ?? 0
    entry.partition = words[place * 16 + 1] ?? 0
    entry.extra = doubleWords[place * 8 + 1] ?? 0
    entry.at = (doubleWords[place * 8 + 2] ?? 0) + (words[place * 16 + 6] ?? 0) * twoTo32
    entry.attempt = words[place * 16 + 7] ?? 0
    entry.record = doubles[place * 4 + 2] ?? 0
    entry.value = doubles[place * 4 + 3] ?? -1
    visit(entry, place)
  }
}

const readWhole = (descriptor: number, into: Uint8Array, position: number): number => {
  let read = 0
  while (read < into.length) {
    const length = readSync(descriptor, into, read, into.length - read, position + read)
    if (length === 0) break
    read += length
  }

  return read
}

/** The bytes of one entry. */
export const entryOf = (fields: EntryFields): Buffer => {
  const bytes = Buffer.alloc(entryBytes)
  bytes[0] = fields.kind | fields.flags
  bytes[1] = fields.topic
  bytes.writeUInt16LE(fields.partition, 2)
  bytes.writeUInt32LE(fields.extra, 4)
  bytes.writeUIntLE(fields.at, 8, 6)
  bytes.writeUInt16LE(fields.attempt, 14)
  bytes.writeDoubleLE(fields.record, 16)
  bytes.writeDoubleLE(fields.value, 24)

  return bytes
}
