/**
 * Imports the harness's own ledger: the binary entries go into columns without an object or a string each, the rare lines
 * are read as the lines of a history are.
 */
import type { Evidence } from '../model/evidence.ts'
import { entryReader } from './entry-reader.ts'
import { filesFacts } from './file-facts.ts'
import { gather, unmatchedWarnings, type Expected } from './gatherer.ts'
import { ledgerPosition } from './ledger-position.ts'
import { entriesOf, openLedgerFolder, type LedgerFolder } from './ledger-folder.ts'
import { lineReader, parsedLine } from './line-reader.ts'
import { mergeLedger } from './merge.ts'

/** Reads a ledger's folder. Throws an `InputError` where an entry or a line cannot be what a process of the harness wrote. */
export const importLedger = (folder: string): Promise<Evidence> => Promise.resolve().then(() => importFolder(openLedgerFolder(folder), folder))

/** The whole of a ledger, in memory at once. */
export const importFolder = (opened: LedgerFolder, folder: string): Evidence => {
  const position = ledgerPosition(folder)
  const { refuse, fail } = position
  const gatherer = gather(fail, { expected: expectedOf(opened) })
  const reader = lineReader(gatherer, refuse)
  const readEntries = entryReader({ gatherer, fail, filesFacts: filesFacts(gatherer), wanted: undefined })
  const runLine = parsedLine(opened.runLine, refuse)
  let holes = 0
  reader.line(runLine, 1)

  const merge = mergeLedger(opened, {
    line: source => {
      const order = position.at(source, 1)
      if (source.line['event'] !== 'run') reader.line(source.line, order)
      else if (source.line['run'] !== runLine['run']) refuse('run', 'is another run than that of the ledger')
    },
    entries: (source, until) => {
      holes += readEntries(source, until, position.at(source, until - source.place))
    }
  })
  try {
    merge.visit(Infinity)
  } finally {
    merge.close()
  }
  position.leave()
  const { evidence, unmatched } = gatherer.finish(reader.run()!)

  return { ...evidence, warnings: [...reader.warnings(), ...holesWarnings(holes), ...unmatchedWarnings(unmatched)] }
}

/** By who wrote them: nearly every send has an outcome, and what is neither a producer's nor a member's is an audit's. */
const expectedOf = ({ processes }: LedgerFolder): Expected => {
  const expected = { sends: 0, logged: 0, delivered: 0 }
  for (const process of processes) {
    const count = entriesOf(process)
    if (process.entries?.header.producer !== undefined) expected.sends += Math.ceil(count / 2)
    else if (process.entries?.header.member !== undefined) expected.delivered += count
    else expected.logged += count
  }

  return expected
}

export const holesWarnings = (count: number): readonly string[] =>
  (count === 0 ? [] : [`Ignored: ${count} empty entries, which no process wrote.`])
