/**
 * Imports the harness's own ledger: the binary entries go into columns without an object or a string each, the rare lines
 * are read as the lines of a history are.
 */
import type { Evidence } from '../model/evidence.ts'
import { entryReader } from './entry-reader.ts'
import type { Refuse } from './fields.ts'
import type { Fail } from './gathered-sends.ts'
import { gather } from './gatherer.ts'
import { InputError } from './input-error.ts'
import { openLedgerFolder } from './ledger-folder.ts'
import { lineReader, parsedLine } from './line-reader.ts'
import { mergeLedger, type EntrySource, type LineSource } from './merge.ts'

/** Reads a ledger's folder. Throws an `InputError` where an entry or a line cannot be what a process of the harness wrote. */
export const importLedger = async (folder: string): Promise<Evidence> => {
  const opened = openLedgerFolder(folder)
  let current: EntrySource | LineSource | null = null
  let order = 1
  let holes = 0

  const refuse: Refuse = (field, problem) => { throw new InputError({ ...placeOf(current, folder), field }, problem) }
  const fail: Fail = ({ order: at, field, problem }) => {
    throw new InputError({ ...placeOf(at === order ? current : null, folder), field }, problem)
  }
  const gatherer = gather(fail)
  const reader = lineReader(gatherer, refuse)
  const readEntry = entryReader(gatherer, refuse)
  const runLine = parsedLine(opened.runLine, refuse)
  reader.line(runLine, order)

  const merge = mergeLedger(opened, {
    line: source => {
      current = source
      order += 1
      if (source.line['event'] !== 'run') reader.line(source.line, order)
      else if (source.line['run'] !== runLine['run']) refuse('run', 'is another run than that of the ledger')
    },
    entry: source => {
      current = source
      order += 1
      if (!readEntry(source, order)) holes += 1
    }
  })
  try {
    merge.visit(Infinity)
  } finally {
    merge.close()
  }
  current = null
  order = -1

  return gatherer.finish(reader.run()!, [...reader.warnings(), ...(holes === 0 ? [] : [holesWarning(holes)])])
}

const holesWarning = (count: number): string => `Ignored: ${count} empty entries, which no process wrote.`

const placeOf = (source: EntrySource | LineSource | null, folder: string): { file: string, line: number } =>
  source === null ? { file: folder, line: 0 } : { file: source.file, line: source.number }
