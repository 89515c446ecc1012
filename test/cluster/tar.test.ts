/** The reader of tar archives against the system's own tar, and the parts of Docker's frames, cut into pieces of every size. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { unframed } from '../../harness/cluster/docker/output.ts'
import { archivedFiles } from '../../harness/cluster/docker/tar.ts'

const archiveOf = (files: Readonly<Record<string, string>>, options: readonly string[]): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'ackproof-tar-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }

    return execFileSync('tar', ['-C', folder, ...options, '-cf', '-', ...new Set(Object.keys(files).map(name => name.split('/')[0] ?? name))])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const contentsOf = async (stream: AsyncIterable<Buffer>): Promise<Readonly<Record<string, string>>> => {
  const contents: Record<string, string> = {}
  for await (const { file, bytes } of archivedFiles(stream)) contents[file.name] = (contents[file.name] ?? '') + bytes.toString()

  return contents
}

const files = {
  'orders-0/00000000000000000000.log': 'a'.repeat(2000), 'orders-0/empty': '', 'orders-0/block': 'b'.repeat(512),
  [`${'long-topic-'.repeat(18)}0/00000000000000000000.log`]: 'far away'
}

test.each(['gnu', 'pax', 'ustar'])('files come out of a %s archive whole, with long names, whatever the pieces', async format => {
  const bytes = archiveOf(format === 'ustar' ? { 'orders-0/00000000000000000000.log': 'a', 'orders-0/empty': '' } : files, [`--format=${format}`])
  const expected = format === 'ustar' ? { 'orders-0/00000000000000000000.log': 'a', 'orders-0/empty': '' } : files

  for (const size of [1, 500, 512, 100_000]) expect(await contentsOf(inPieces(bytes, size))).toEqual(expected)
})

test('an archive that ends too early is an error, and no short file', async () => {
  const bytes = archiveOf({ 'orders-0/log': 'a'.repeat(2000) }, [])
  const start = bytes.indexOf('aaaa')

  await expect(contentsOf(inPieces(bytes.subarray(0, start + 700), 100))).rejects.toThrow('The archive ends within orders-0/log.')
  await expect(contentsOf(inPieces(bytes.subarray(0, 300), 100))).rejects.toThrow('The archive ends within a header.')
})

test('frames of two streams are told apart, wherever they are cut', async () => {
  const frame = (number: number, text: string): Buffer => {
    const head = Buffer.alloc(8)
    head[0] = number
    head.writeUInt32BE(text.length, 4)

    return Buffer.concat([head, Buffer.from(text)])
  }
  const bytes = Buffer.concat([frame(1, 'one'), frame(2, 'error'), frame(1, ''), frame(1, 'two')])
  for (const size of [1, 3, 8, 100]) {
    const told: Record<number, string> = {}
    for await (const { number, bytes: part } of unframed(inPieces(bytes, size))) told[number] = (told[number] ?? '') + part.toString()

    expect(told).toEqual({ 1: 'onetwo', 2: 'error' })
  }
})
