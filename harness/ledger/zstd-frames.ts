/**
 * Decompresses a zstd file frame by frame. Node's own stream stops after the first frame and does not notice a file that
 * ends in the middle (v24.6): half of a history would be judged as if it were all of it. So the frames' boundaries are
 * found here (RFC 8878, section 3.1), each frame is decompressed alone, and a torn one is an error.
 */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'

const chunkSize = 256 * 1024

export async function* decompressZstd(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = compressed[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)

  const more = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await source.next()
      if (next.done === true) return false
      rest = next.value
    }

    return true
  }

  const frame = async function* (): AsyncGenerator<Buffer> {
    const walk = frameWalker()
    while (!walk.ended()) {
      if (!(await more())) throw new Error('it ends in the middle of a zstd frame')
      const length = walk.advance(rest)
      const piece = rest.subarray(0, length)
      rest = rest.subarray(length)
      if (!walk.skippable()) yield piece
    }
  }

  while (await more()) yield* decompressFrame(frame())
}

async function* decompressFrame(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decompressor = createZstdDecompress({ chunkSize })
  const done = pipeline(Readable.from(pieces), decompressor)
  // The loop below meets the same error first; this only keeps it from being reported as unhandled.
  done.catch(() => undefined)
  for await (const chunk of decompressor) yield chunk as Buffer
  await done
}

interface FrameWalker {
  /** Takes bytes up to the frame's end, and answers how many. */
  readonly advance: (bytes: Buffer) => number
  readonly ended: () => boolean
  readonly skippable: () => boolean
}

type Stage = 'magic' | 'skippable length' | 'descriptor' | 'header' | 'block header' | 'block' | 'checksum' | 'ended'

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50
const dictionaryBytes = [0, 1, 2, 4]
const runLengthBlock = 1

/** Follows one frame's structure through pieces of any size. */
const frameWalker = (): FrameWalker => {
  let stage: Stage = 'magic'
  let needed = 4
  let value = 0
  let taken = 0
  let checksum = false
  let last = false
  let skippable = false

  const enter = (next: Stage, bytes: number): void => {
    stage = next
    needed = bytes
    value = 0
    taken = 0
    if (bytes === 0 && next !== 'ended') complete()
  }

  const afterBlock = (): void => {
    if (!last) enter('block header', 3)
    else if (checksum) enter('checksum', 4)
    else enter('ended', 0)
  }

  const readMagic = (): void => {
    skippable = (value & ~0xf) >>> 0 === skippableMagic
    if (skippable) enter('skippable length', 4)
    else if (value === frameMagic) enter('descriptor', 1)
    else throw new Error('there are bytes that are no zstd frame')
  }

  const readDescriptor = (): void => {
    checksum = (value & 4) !== 0
    const singleSegment = (value & 32) !== 0
    const sizeFlag = value >> 6
    const contentSize = sizeFlag === 0 ? Number(singleSegment) : 2 ** sizeFlag
    enter('header', Number(!singleSegment) + dictionaryBytes[value & 3]! + contentSize)
  }

  const readBlockHeader = (): void => {
    last = (value & 1) !== 0
    enter('block', ((value >> 1) & 3) === runLengthBlock ? 1 : value >> 3)
  }

  const complete = (): void => {
    if (stage === 'magic') readMagic()
    else if (stage === 'descriptor') readDescriptor()
    else if (stage === 'block header') readBlockHeader()
    else if (stage === 'block') afterBlock()
    else if (stage === 'header') enter('block header', 3)
    else if (stage === 'checksum') enter('ended', 0)
    else if (stage === 'skippable length') {
      last = true
      enter('block', value)
    }
  }

  return {
    ended: () => stage === 'ended',
    skippable: () => skippable,
    advance: bytes => {
      let place = 0
      while (stage !== 'ended' && place < bytes.length) {
        if (stage === 'block' || stage === 'header') {
          const step = Math.min(needed, bytes.length - place)
          place += step
          needed -= step
        } else {
          value += bytes[place++]! * 2 ** (8 * taken++)
          needed -= 1
        }
        if (needed === 0) complete()
      }

      return place
    }
  }
}
