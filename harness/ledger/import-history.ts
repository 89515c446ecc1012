/**
 * Imports a history: a file of lines that anything wrote, plain or compressed. It is read once, in bounded pieces; what is
 * wrong with it stops the import with the file, the line and the field.
 */
import type { Evidence } from '../model/evidence.ts'
import { openArchive } from './archive.ts'
import type { Refuse } from './fields.ts'
import { gather, unmatchedWarnings } from './gatherer.ts'
import type { Fail } from './gathered-sends.ts'
import { InputError } from './input-error.ts'
import { lineReader } from './line-reader.ts'
import { visitLines } from './visit-lines.ts'

/** Reads a history file (`.ndjson`, `.ndjson.gz`, `.ndjson.zst`). Throws an `InputError` for whatever is wrong with it. */
export const importHistory = async (file: string): Promise<Evidence> => importLines(openArchive(file), file)

/** The same, from the bytes of lines, wherever they come from; `file` is the name that messages give. */
export const importLines = async (bytes: AsyncIterable<Buffer>, file: string): Promise<Evidence> => {
  let current = 0
  const refuse: Refuse = (field, problem) => { throw new InputError({ file, line: current, field }, problem) }
  const fail: Fail = ({ order, field, problem }) => { throw new InputError({ file, line: order, field }, problem) }
  const gatherer = gather(fail)
  const reader = lineReader(gatherer, refuse)
  await visitLines({ bytes, file }, (text, number) => {
    current = number
    reader.text(text, number)
  })
  const run = reader.run()
  if (run === null) throw new InputError({ file, line: 1, field: 'event' }, 'there is no run line, which must be the first')

  const { evidence, unmatched } = gatherer.finish(run)

  return { ...evidence, warnings: [...reader.warnings(), ...unmatchedWarnings(unmatched)] }
}
