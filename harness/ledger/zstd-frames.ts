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

/** Where in a frame we are, and how many bytes until something follows. */
interface Place {
  readonly stage: Stage
  readonly needed: number
}

/** What the frame's start said of the rest. */
interface FrameState {
  checksum: boolean
  /** The block that comes or is being read is the last one. */
  last: boolean
  skippable: boolean
}

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50
const dictionaryBytes = [0, 1, 2, 4]
const runLengthBlock = 1

/** What follows a stage whose bytes, as a little-endian number, were `value`. */
const after: Readonly<Record<Stage, (value: number, state: FrameState) => Place>> = {
  magic: (value, state) => {
    state.skippable = (value & ~0xf) >>> 0 === skippableMagic
    if (state.skippable) return { stage: 'skippable length', needed: 4 }
    if (value === frameMagic) return { stage: 'descriptor', needed: 1 }
    throw new Error('there are bytes that are no zstd frame')
  },
  'skippable length': (value, state) => {
    state.last = true

    return { stage: 'block', needed: value }
  },
  descriptor: (value, state) => {
    state.checksum = (value & 4) !== 0
    const singleSegment = (value & 32) !== 0
    const sizeFlag = value >> 6
    const contentSize = sizeFlag === 0 ? Number(singleSegment) : 2 ** sizeFlag

    return { stage: 'header', needed: Number(!singleSegment) + dictionaryBytes[value & 3]! + contentSize }
  },
  header: () => ({ stage: 'block header', needed: 3 }),
  'block header': (value, state) => {
    state.last = (value & 1) !== 0

    return { stage: 'block', needed: ((value >> 1) & 3) === runLengthBlock ? 1 : value >> 3 }
  },
  block: (_, { last, checksum }) => {
    if (!last) return { stage: 'block header', needed: 3 }

    return checksum ? { stage: 'checksum', needed: 4 } : { stage: 'ended', needed: 0 }
  },
  checksum: () => ({ stage: 'ended', needed: 0 }),
  ended: () => ({ stage: 'ended', needed: 0 })
}

/** Stages whose bytes only have to be passed over, however many they are. */
const opaque: ReadonlySet<Stage> = new Set(['header', 'block', 'checksum'])

/** Follows one frame's structure through pieces of any size. */
const frameWalker = (): FrameWalker => {
  const state: FrameState = { checksum: false, last: false, skippable: false }
  let { stage, needed }: Place = { stage: 'magic', needed: 4 }
  let value = 0
  let taken = 0

  const take = (bytes: Buffer, place: number): number => {
    const step = opaque.has(stage) ? Math.min(needed, bytes.length - place) : 1
    if (!opaque.has(stage)) value += bytes[place]! * 2 ** (8 * taken++)
    needed -= step

    return step
  }

  const complete = (): void => {
    while (needed === 0 && stage !== 'ended') {
      ;({ stage, needed } = after[stage](value, state))
      value = 0
      taken = 0
    }
  }

  return {
    ended: () => stage === 'ended',
    skippable: () => state.skippable,
    advance: bytes => {
      let place = 0
      while (stage !== 'ended' && place < bytes.length) {
        place += take(bytes, place)
        complete()
      }

      return place
    }
  }
}
