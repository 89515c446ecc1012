/**
 * Shows a ledger's evidence to a visitor, as many partitions at a time as fit into memory: a short run at once, a long one in parts.
 * What is found in all parts together is what the whole would show.
 */
import type { Evidence } from '../model/evidence.ts'
import { takeCensus, type Census } from './census.ts'
import { entryReader } from './entry-reader.ts'
import { gather, unmatchedWarnings, type Expected } from './gatherer.ts'
import { importFolder } from './import-ledger.ts'
import { entriesOf, openLedgerFolder, type LedgerFolder } from './ledger-folder.ts'
import { ledgerPosition } from './ledger-position.ts'
import { mergePart } from './merge.ts'
import { bundleOf, homeless } from './record-homes.ts'

export interface VisitOptions {
  /** About how many entries may be in memory at once; those of a single partition may be more. */
  readonly entriesAtOnce?: number
}

/** Half a gigabyte of columns. */
const usualEntriesAtOnce = 14_000_000

/** Answers the warnings. Throws an `InputError` where an entry or a line cannot be what a process of the harness wrote. */
export const visitLedger = (
  folder: string, visit: (evidence: Evidence) => void, { entriesAtOnce = usualEntriesAtOnce }: VisitOptions = {}
): readonly string[] => {
  const opened = openLedgerFolder(folder)
  const entries = opened.processes.reduce((sum, process) => sum + entriesOf(process), 0)
  const census = entries <= entriesAtOnce ? null : takeCensus(opened, folder)
  if (census === null) {
    const evidence = importFolder(opened, folder)
    visit(evidence)

    return evidence.warnings
  }

  let unmatched = 0
  for (const bundles of shares(census, entriesAtOnce)) unmatched += visitPart({ opened, folder, census, bundles, visit })

  return [...census.warnings, ...unmatchedWarnings(unmatched)]
}

/** The bundles of each part. What is tied is in the first, whatever its size. */
const shares = ({ run, sizes, tied }: Census, entriesAtOnce: number): readonly ReadonlySet<number>[] => {
  const inUse = new Set(run.parties.partitions.all.map((_, partition) => bundleOf(partition)))
  const parts = [new Set([homeless, ...tied])]
  let size = [...parts[0]!].reduce((sum, bundle) => sum + sizeOf(sizes[bundle]), 0)
  for (const bundle of inUse) {
    if (tied.has(bundle)) continue
    const more = sizeOf(sizes[bundle])
    if (size > 0 && size + more > entriesAtOnce) {
      parts.push(new Set())
      size = 0
    }
    parts.at(-1)!.add(bundle)
    size += more
  }

  return parts
}

/** Nearly every send has an outcome. */
const sizeOf = (size: Expected | undefined): number => (size === undefined ? 0 : size.sends * 2 + size.logged + size.delivered)

interface PartOrder {
  readonly opened: LedgerFolder
  readonly folder: string
  readonly census: Census
  readonly bundles: ReadonlySet<number>
  readonly visit: (evidence: Evidence) => void
}

const visitPart = ({ opened, folder, census, bundles, visit }: PartOrder): number => {
  const { run, homes, filesFacts, sizes, lastAt } = census
  const { fail, at, pass, leave } = ledgerPosition(folder)
  const isWanted = (bundle: number): boolean => bundles.has(bundle)
  const within = new Set(run.parties.partitions.all.flatMap((_, partition) => (isWanted(bundleOf(partition)) ? [partition] : [])))
  const gatherer = gather(fail, { part: { run, within, lastAt }, expected: expectedIn(sizes, bundles) })
  const readEntries = entryReader({
    gatherer, filesFacts, fail,
    wanted: { partition: partition => within.has(partition), record: number => isWanted(homes.homeOf(number)) }
  })
  const parts = opened.processes.map(process => ({ process, lines: census.linesOf(process), selected: census.indexOf(process).select(isWanted) }))
  const merge = mergePart(parts, {
    order: pass,
    entries: (source, until) => { readEntries(source, until, at(source, until - source.place)) }
  })
  try {
    merge.visit(Infinity)
  } finally {
    merge.close()
  }
  leave()
  const known = run.parties.partitions.all.length
  const { evidence, unmatched } = gatherer.finish(census.header)
  // Of a partition that only a part knows, none of the parts would speak.
  if (run.parties.partitions.all.length > known) throw new Error('A ledger could not be read in parts: a partition was found that its census had not seen.')
  visit(evidence)

  return unmatched
}

const expectedIn = (sizes: readonly Expected[], bundles: ReadonlySet<number>): Expected => {
  const expected = { sends: 0, logged: 0, delivered: 0 }
  for (const bundle of bundles) {
    const size = sizes[bundle]
    if (size === undefined) continue
    expected.sends += size.sends
    expected.logged += size.logged
    expected.delivered += size.delivered
  }

  return expected
}
