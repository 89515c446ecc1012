/**
 * Reads a partition's log from the bytes of its segments, piece by piece, as a running broker may be appending to it: the last
 * segment may end in the middle of a batch, or in zeros that were reserved for what is to come. Anywhere else such an end is
 * damage, and the log was not read completely. It keeps the part of one batch, whatever the log's size.
 *
 * Segments of message formats 0 and 1 are refused: Kafka 4 does not have them any more, and nobody here could check them.
 */
import { readBatches, type BatchReading } from '../model/record-batches.ts'
import { bytesNeeded, holdBytes, isZero } from './held-bytes.ts'

export interface LogRead {
  /** The first offset that the log may hold: what its first segment is named for. */
  readonly logStart: number
  /** One past the last offset of the last whole batch, control batches included. */
  readonly logEnd: number
  /** Every batch up to `logEnd` was read and taken apart, and nothing lies behind them that should not. */
  readonly complete: boolean
  readonly batches: number
  /** Batches whose checksum does not match; their records were read all the same. */
  readonly damaged: number
  /** Bytes behind the last whole batch: a batch that is being written, or was when the broker died. */
  readonly tornBytes: number
  /** What hindered it, where it is not complete. */
  readonly reason?: string
}

export interface LogReader {
  /** A further segment begins. Segments come in the order of their offsets. */
  readonly segment: (baseOffset: number) => void
  /** The bytes may be overwritten afterwards. */
  readonly piece: (bytes: Buffer) => void
  readonly end: () => LogRead
}

/** The log holds messages of a format that nobody here can read. */
export class UnknownFormat extends Error {
  override readonly name = 'UnknownFormat'
}

/** No broker is configured to take larger ones; a length beyond it is damage, and not worth the memory. */
const mostBatchBytes = 64 * 1024 * 1024

export const openLogReader = ({ codecs, onBatch, onRecord }: BatchReading): LogReader => {
  const held = holdBytes()
  let first: number | undefined
  let next = 0
  let batches = 0
  let damaged = 0
  /** No further batch can follow in this segment. */
  let over = false
  let reason: string | undefined

  const hindered = (what: string): void => { reason ??= what }

  const reading: BatchReading = {
    codecs,
    onBatch: batch => {
      batches += 1
      if (batch.baseOffset < next) hindered(`offset ${batch.baseOffset} comes after ${next - 1}`)
      next = Math.max(next, batch.lastOffset + 1)
      onBatch?.(batch)
    },
    ...onRecord === undefined ? {} : { onRecord }
  }

  const endWith = (bytes: Buffer): void => {
    over = true
    held.clear()
    if (!isZero(bytes)) hindered(`what follows offset ${next - 1} is no record batch`)
  }

  const read = (bytes: Buffer): void => {
    const { bytes: used, foreignFormat, unreadable, ...found } = readBatches(bytes, reading)
    // Any other number than these two is damage, and counts as a batch that could not be taken apart.
    if (foreignFormat === 0 || foreignFormat === 1) {
      throw new UnknownFormat(`The log holds messages of format ${foreignFormat} behind offset ${next - 1}. Only format 2, which Kafka writes since 0.11, can be read.`)
    }
    damaged += found.damaged
    if (unreadable > 0) hindered(`${unreadable} record batches could not be taken apart`)
    const left = bytes.subarray(used)
    if (found.stopped || bytesNeeded(left) > mostBatchBytes) endWith(left)
    else held.hold(left)
  }

  /** Bytes that are behind the last whole batch; a few zeros are told from the beginning of a batch only when nothing follows them. */
  const tornBytes = (): number => (held.areZeros() ? 0 : held.length())

  return {
    segment: baseOffset => {
      first ??= next = baseOffset
      if (tornBytes() > 0) hindered(`a segment ends within the batch behind offset ${next - 1}, and is not the last one`)
      if (baseOffset < next) hindered(`a segment that begins at ${baseOffset} follows offset ${next - 1}`)
      held.clear()
      over = false
    },
    piece: bytes => {
      const joined = over ? bytes : held.with(bytes)
      if (joined === undefined) return
      if (over) endWith(joined)
      else read(joined)
    },
    end: () => ({
      logStart: first ?? 0, logEnd: next, complete: reason === undefined, batches, damaged, tornBytes: tornBytes(),
      ...reason === undefined ? {} : { reason }
    })
  }
}
