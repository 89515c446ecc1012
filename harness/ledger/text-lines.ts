/**
 * Cuts bytes into lines of text. Bytes that are not UTF-8 and NUL bytes are refused with their line, a byte order mark at
 * the very start is left out, and the last line needs no newline. Whole blocks are checked and decoded at once; only where
 * one is found wanting is the line looked for.
 */
import { isUtf8 } from 'node:buffer'

export interface LineSink {
  readonly line: (text: string, number: number) => void
  /** Must throw. */
  readonly refuse: (line: number, problem: string) => never
}

export interface LineCutter {
  readonly write: (bytes: Buffer) => void
  readonly end: () => void
  /** The number of the line that is being read. */
  readonly current: () => number
}

const newline = 10
const longestLine = 256 * 1024 * 1024

export const cutLines = (sink: LineSink): LineCutter => {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let number = 1

  const refuseBlock = (block: Buffer): never => {
    let line = number
    for (let start = 0; start < block.length; line++) {
      const found = block.indexOf(newline, start)
      const end = found === -1 ? block.length : found
      const bytes = block.subarray(start, end)
      if (bytes.includes(0)) return sink.refuse(line, 'has a NUL byte')
      if (!isUtf8(bytes)) return sink.refuse(line, 'is not valid UTF-8')
      start = end + 1
    }

    return sink.refuse(line, 'is not valid UTF-8')
  }

  const readBlock = (block: Buffer): void => {
    if (block.includes(0) || !isUtf8(block)) refuseBlock(block)
    const text = block.toString('utf8')
    let start = number === 1 && text.charCodeAt(0) === 0xfeff ? 1 : 0
    while (start < text.length) {
      const found = text.indexOf('\n', start)
      const end = found === -1 ? text.length : found
      const line = text.slice(start, end)
      if (!isBlank(line)) sink.line(line, number)
      number += 1
      start = end + 1
    }
  }

  const flush = (): void => {
    const block = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting)
    waiting = []
    waitingBytes = 0
    readBlock(block)
  }

  const keep = (bytes: Buffer): void => {
    if (bytes.length === 0) return
    waiting.push(bytes)
    waitingBytes += bytes.length
    if (waitingBytes > longestLine) sink.refuse(number, `is longer than ${longestLine} bytes`)
  }

  return {
    current: () => number,
    write: bytes => {
      const end = bytes.lastIndexOf(newline) + 1
      keep(bytes.subarray(0, end))
      if (end > 0) flush()
      keep(bytes.subarray(end))
    },
    end: () => {
      if (waiting.length > 0) flush()
    }
  }
}

const openingBrace = 123

const isBlank = (line: string): boolean => line.charCodeAt(0) !== openingBrace && line.trim() === ''
