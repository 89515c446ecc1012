/**
 * Visits the lines of a history, wherever its bytes come from, in bounded pieces. Bytes that are no text, and archives that are
 * damaged, are refused with the file and the line.
 */
import { InputError } from './input-error.ts'
import { cutLines } from './text-lines.ts'

export interface HistoryBytes {
  readonly bytes: AsyncIterable<Buffer> | Iterable<Buffer>
  /** The name that messages give. */
  readonly file: string
}

export const visitLines = async ({ bytes, file }: HistoryBytes, visit: (text: string, number: number) => void): Promise<void> => {
  const lines = cutLines({
    line: visit,
    refuse: (line, problem) => { throw new InputError({ file, line, field: null }, problem) }
  })

  try {
    for await (const piece of bytes) lines.write(piece)
  } catch (error) {
    throw error instanceof InputError ? error : unreadable(error as Error, { file, line: lines.current() })
  }
  lines.end()
}

/** The file system's errors name a system call; what is left are the decompressors' errors. */
const unreadable = (error: NodeJS.ErrnoException, { file, line }: { readonly file: string, readonly line: number }): Error => {
  if (error instanceof RangeError || error instanceof TypeError) return error
  if (error.syscall !== undefined) {
    return new InputError({ file, line: 0, field: null }, `cannot be read: ${error.code ?? error.message}`)
  }

  return new InputError({ file, line, field: null }, `the archive is damaged here: ${error.message}`)
}
