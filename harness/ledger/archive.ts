/**
 * Opens a file of a history as bytes: plain, gzip or zstd. The content decides, so that a wrongly named file is read all
 * the same; where it says nothing, the name does, so that an archive that lost its first bytes is not read as text.
 */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { decompressZstd } from './zstd-frames.ts'

type Format = 'plain' | 'gzip' | 'zstd'

const chunkSize = 1024 * 1024

/** The file's bytes, decompressed. What it throws is either the file system's error or that of a damaged archive. */
export async function* openArchive(file: string): AsyncGenerator<Buffer> {
  const format = formatOf(await firstBytes(file), file)
  const bytes = createReadStream(file, { highWaterMark: chunkSize })
  if (format === 'zstd') yield* decompressZstd(bytes)
  else if (format === 'gzip') yield* gunzip(bytes)
  else yield* bytes
}

async function* gunzip(bytes: NodeJS.ReadableStream): AsyncGenerator<Buffer> {
  const decompressor = createGunzip({ chunkSize: chunkSize / 4 })
  const done = pipeline(bytes, decompressor)
  // The loop below meets the same error first; this only keeps it from being reported as unhandled.
  done.catch(() => undefined)
  for await (const chunk of decompressor) yield chunk as Buffer
  await done
}

const firstBytes = async (file: string): Promise<Buffer> => {
  await using handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)

  return buffer.subarray(0, bytesRead)
}

const formatOf = (start: Buffer, file: string): Format => {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip'
  if (start.length === 4 && isZstd(start.readUInt32LE(0))) return 'zstd'
  if (/\.gz$/i.test(file)) return 'gzip'

  return /\.zst(?:d)?$/i.test(file) ? 'zstd' : 'plain'
}

const isZstd = (magic: number): boolean => magic === 0xfd2fb528 || (magic & ~0xf) >>> 0 === 0x184d2a50
