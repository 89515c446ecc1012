/** Histories as files: plain and compressed, whole and damaged. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync, constants } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { importHistory, InputError } from '../../harness/ledger/index.ts'
import { historyText, send } from '../histories.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const sends = 5000
const text = Buffer.from(historyText(Array.from({ length: sends }, (_, index) => send(`p1:${index}`))))
const half = text.lastIndexOf(10, text.length / 2) + 1
const zstd = (bytes: Uint8Array): Buffer => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
let folder: string

beforeAll(() => { folder = temporaryFolder() })

const imported = async (name: string, bytes: Uint8Array): Promise<number> => {
  const file = join(folder, name)
  await writeFile(file, bytes)

  return (await importHistory(file)).sends.length
}

const damage = async (name: string, bytes: Uint8Array): Promise<string> => {
  try {
    await imported(name, bytes)
  } catch (error) {
    if (error instanceof InputError) return error.message.replace(folder, '')
    throw error
  }

  return 'It was accepted.'
}

test('a history may be plain, gzip or zstd, whatever its name', async () => {
  expect(await imported('a.ndjson', text)).toBe(sends)
  expect(await imported('a.ndjson.gz', gzipSync(text))).toBe(sends)
  expect(await imported('a.ndjson.zst', zstd(text))).toBe(sends)
  expect(await imported('b.ndjson', gzipSync(text))).toBe(sends)
  expect(await imported('c.txt', zstd(text))).toBe(sends)
})

test('an archive may have several members', async () => {
  const parts = [text.subarray(0, half), text.subarray(half)]
  const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
  expect(await imported('a.gz', Buffer.concat(parts.map(part => gzipSync(part))))).toBe(sends)
  expect(await imported('a.zst', Buffer.concat(parts.map(zstd)))).toBe(sends)
  expect(await imported('b.zst', Buffer.concat([skippable, zstd(parts[0]!), skippable, zstdCompressSync(parts[1]!), skippable]))).toBe(sends)
})

test('an archive that was cut short is damaged', async () => {
  const whole = zstd(text)
  const gz = gzipSync(text)
  for (const cut of [1, 4, 100, whole.length - 6]) {
    expect(await damage('cut.zst', whole.subarray(0, whole.length - cut))).toMatch(/cut\.zst, line \d+: the archive is damaged here: it ends in the middle of a zstd frame/)
  }
  for (const cut of [1, 100, gz.length - 6]) expect(await damage('cut.gz', gz.subarray(0, gz.length - cut))).toMatch(/line \d+: the archive is damaged here/)
})

test('an archive with changed bytes is refused, by its checksum or by what its lines have become', async () => {
  const flipped = (bytes: Buffer, place: number): Buffer => {
    const copy = Buffer.from(bytes)
    copy[place]! ^= 0xff

    return copy
  }
  const whole = zstd(text)
  for (const place of [10, Math.floor(whole.length / 2), whole.length - 1]) expect(await damage('flipped.zst', flipped(whole, place))).toMatch(/line \d+/)
  const gz = gzipSync(text)
  for (const place of [Math.floor(gz.length / 2), gz.length - 5]) expect(await damage('flipped.gz', flipped(gz, place))).toMatch(/line \d+/)
})

test('an archive with something behind it, or nothing in it, is damaged', async () => {
  expect(await damage('more.zst', Buffer.concat([zstd(text), Buffer.from('more of it')]))).toContain('there are bytes that are no zstd frame')
  expect(await damage('empty.gz', Buffer.alloc(0))).toContain('damaged')
  expect(await damage('empty.zst', Buffer.alloc(0))).toContain('no run line')
  expect(await damage('text.gz', text)).toContain('damaged')
  expect(await damage('text.zst', text)).toContain('damaged')
})

test('a damage is told with the line that it reached', async () => {
  const whole = Buffer.concat([zstd(text.subarray(0, half)), zstd(text.subarray(half)).subarray(0, 20)])
  const lines = text.subarray(0, half).toString().split('\n').length
  expect(await damage('late.zst', whole)).toContain(`line ${lines}: the archive is damaged here`)
})

test('a file that is not there is told', async () => {
  await expect(importHistory(join(folder, 'none.ndjson'))).rejects.toThrow(/none\.ndjson: cannot be read: ENOENT/)
  await expect(importHistory(folder)).rejects.toThrow(/cannot be read: EISDIR/)
})
