/**
 * Goes once over a whole ledger and learns what it takes to read it again a few partitions at a time: all that concerns the run as a
 * whole, where each record is at home, which partitions cannot be told apart, and what stands where in the files. What no process can
 * have written is refused here, in the one order of all files.
 *
 * Partitions go together where something ties them: a record that was met in two of them, or a transaction that wrote to both. So every
 * record and every transaction is wholly on one side.
 */
import { countEntries, type Counted } from './count-entries.ts'
import { gather, gatherRun, type GatheredRun, type RunHeader } from './gatherer.ts'
import { holesWarnings } from './import-ledger.ts'
import { ledgerPosition } from './ledger-position.ts'
import type { LedgerFolder, LedgerProcess } from './ledger-folder.ts'
import { lineReader, parsedLine } from './line-reader.ts'
import { mergeLedger, type LinePlaces } from './merge.ts'
import { newStretch, visitStretches, type Stretch } from './stretch.ts'
import { checkStretch } from './stretch-checks.ts'

export interface Census extends Counted {
  readonly run: GatheredRun
  readonly header: RunHeader
  readonly warnings: readonly string[]
  readonly linesOf: (process: LedgerProcess) => LinePlaces
}

/** Events of single records: a ledger whose lines tell of any is read whole. The harness writes them as entries. */
const ofRecords: ReadonlySet<unknown> = new Set([
  'send', 'acknowledged', 'rejected', 'indeterminate', 'believed', 'delivered', 'processed', 'effect', 'logged'
])

/** Null for a ledger that has to be read whole. */
export const takeCensus = (opened: LedgerFolder, folder: string): Census | null => {
  const { refuse, fail, at } = ledgerPosition(folder)
  const run = gatherRun(fail)
  const reader = lineReader(gather(fail, { part: { run, within: new Set(), lastAt: () => 0 } }), refuse)
  const runLine = parsedLine(opened.runLine, refuse)
  const entries = countEntries(run)
  const places = new Map<string, { keys: number[], orders: number[] }>()
  let dividable = true
  let holes = 0
  let stretch: Stretch | undefined
  reader.line(runLine, 1)

  const merge = mergeLedger(opened, {
    line: source => {
      const order = at(source, 1)
      const known = places.get(source.file) ?? { keys: [], orders: [] }
      places.set(source.file, known)
      known.keys.push(source.key)
      known.orders.push(order)
      if (ofRecords.has(source.line['event'])) dividable = false
      if (source.line['event'] !== 'run') reader.line(source.line, order)
      else if (source.line['run'] !== runLine['run']) refuse('run', 'is another run than that of the ledger')
    },
    entries: (source, until) => {
      stretch ??= newStretch(source)
      stretch.source = source
      stretch.order = at(source, until - source.place)
      visitStretches(stretch, until, one => {
        if (one.kind === 0) holes += one.until - one.from
        else checkStretch(one, entries.filesFacts(source.process), fail)
        entries.count(one)
      })
    }
  })
  try {
    while (dividable && merge.visit(100_000)) if (!entries.isDividable()) dividable = false
  } finally {
    merge.close()
  }
  if (!dividable || !entries.isDividable()) return null

  return {
    ...entries.counted(),
    run,
    header: reader.run()!,
    warnings: [...reader.warnings(), ...holesWarnings(holes)],
    linesOf: ({ lines }) => places.get(lines ?? '') ?? { keys: [], orders: [] }
  }
}
