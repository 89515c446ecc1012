/**
 * Reads the lines of one process's `.ndjson` file, in bounded pieces. A last line without its newline was torn by the death of
 * the process, and does not count.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { InputError } from './input-error.ts'
import { cutLines } from './text-lines.ts'

const pieceBytes = 256 * 1024

export interface NumberedLine {
  readonly text: string
  readonly number: number
}

/** All lines of a file, one after the other. */
export function* fileLines(file: string): Generator<NumberedLine> {
  let lines: NumberedLine[] = []
  const cutter = cutLines({
    line: (text, number) => { lines.push({ text, number }) },
    refuse: (line, problem) => { throw new InputError({ file, line, field: null }, problem) }
  })
  const descriptor = openSync(file, 'r')
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes)
      const length = readSync(descriptor, piece)
      if (length === 0) return
      // What follows the last newline stays with the cutter, and is left there at the end: it was torn.
      cutter.write(piece.subarray(0, length))
      yield* lines
      lines = []
    }
  } finally {
    closeSync(descriptor)
  }
}

export const readFileLines = (file: string, read: (text: string, number: number) => void): void => {
  for (const { text, number } of fileLines(file)) read(text, number)
}
