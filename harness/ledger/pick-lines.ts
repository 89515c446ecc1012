/**
 * Picks lines out of a history without importing it: most lines are only looked at as text. What is taken is held against the
 * history format, so that whoever gets it need not be afraid of it.
 */
import { gather } from './gatherer.ts'
import { InputError } from './input-error.ts'
import { lineReader, parsedLine } from './line-reader.ts'
import type { Line, Refuse } from './fields.ts'
import { type HistoryBytes, visitLines } from './visit-lines.ts'

export interface Picker {
  /** False: the line is not needed, and need not be parsed. */
  readonly mayMatter: (text: string) => boolean
  /** True: the line was taken, and shall be held against the format. */
  readonly line: (line: Line) => boolean
}

/** Reads all lines once. Throws an `InputError` where the history has no `run` line, or a line that was taken is wrong. */
export const pickLines = async ({ bytes, file }: HistoryBytes, picker: Picker): Promise<void> => {
  let current = 0
  const refuse: Refuse = (field, problem) => { throw new InputError({ file, line: current, field }, problem) }
  const reader = lineReader(gather(({ order, field, problem }) => { throw new InputError({ file, line: order, field }, problem) }), refuse)

  await visitLines({ bytes, file }, (text, number) => {
    current = number
    if (!picker.mayMatter(text)) return

    const line = parsedLine(text, refuse)
    if (picker.line(line) || line['event'] === 'run') reader.line(line, number)
  })
  if (reader.run() === null) throw new InputError({ file, line: 1, field: 'event' }, 'there is no run line, which must be the first')
}
