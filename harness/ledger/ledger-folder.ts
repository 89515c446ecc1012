/**
 * What a ledger's folder holds: the files of each process, with their headers, and the names that entries refer to. A
 * process may have died at any moment: a header that it did not finish, or a file that it did not create, holds nothing.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { entryBytes, headerBytes, type LedgerHeader } from './format.ts'
import { InputError, shown } from './input-error.ts'
import { parsedLine } from './line-reader.ts'
import { readFileLines } from './ledger-lines.ts'

export interface LedgerProcess {
  readonly name: string
  /** Null: it never came to write one. */
  readonly entries: { readonly file: string, readonly header: LedgerHeader } | null
  readonly lines: string | null
  /** What the numbers of its entries mean: transactions, errors. */
  readonly nameOf: (number: number) => string
}

export interface LedgerFolder {
  readonly processes: readonly LedgerProcess[]
  /** The text of the first line of the history. */
  readonly runLine: string
}

export const openLedgerFolder = (folder: string): LedgerFolder => {
  const files = namesIn(folder)
  const known = new Set(files.flatMap(file => /^(.+)\.(?:ledger|ndjson)$/.exec(file)?.[1] ?? []))
  const runLines: string[] = []
  const processes = [...known].sort().map((name): LedgerProcess => {
    const entries = join(folder, `${name}.ledger`)
    const lines = join(folder, `${name}.ndjson`)
    const header = existsSync(entries) ? readHeader(entries) : null
    const scanned = existsSync(lines) ? scanLines(lines) : null
    if (typeof scanned?.runLine === 'string') runLines.push(scanned.runLine)

    return {
      name,
      entries: header === null ? null : { file: entries, header },
      lines: scanned === null ? null : lines,
      // A name whose line was torn off is still one name.
      nameOf: number => scanned?.names.get(number) ?? `${name}#${number}`
    }
  })

  return { processes, runLine: runLines[0] ?? runLineOf(folder, processes) }
}

/** About how many entries a process's file holds. */
export const entriesOf = ({ entries }: LedgerProcess): number =>
  (entries === null ? 0 : Math.max(0, Math.floor((statSync(entries.file).size - headerBytes) / entryBytes)))

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw new InputError({ file: folder, line: 0, field: null }, `cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}

/** No process wrote a run line: the headers know the run's name. */
const runLineOf = (folder: string, processes: readonly LedgerProcess[]): string => {
  const header = processes.find(({ entries }) => entries !== null)?.entries?.header
  if (header === undefined) throw new InputError({ file: folder, line: 0, field: null }, 'holds no ledger of a run')

  return JSON.stringify({ event: 'run', format: 1, run: header.run })
}

/** Null where the process died before it had written its header. */
const readHeader = (file: string): LedgerHeader | null => {
  const block = Buffer.alloc(headerBytes)
  const descriptor = openSync(file, 'r')
  try {
    if (readSync(descriptor, block, 0, headerBytes, 0) < headerBytes) return null
  } finally {
    closeSync(descriptor)
  }
  const refuse = (field: string | null, problem: string): never => { throw new InputError({ file, line: 0, field }, `the header ${problem}`) }
  const header = parsedLine(block.toString('utf8'), refuse)
  if (header['format'] !== 1) refuse('format', `has format ${shown(header['format'])}; this program knows format 1`)
  const topics = header['topics']
  if (!Array.isArray(topics) || !topics.every(topic => typeof topic === 'string')) refuse('topics', 'has no list of topics')

  return header as unknown as LedgerHeader
}

const namePrefix = '{"event":"name",'
const runPrefix = '{"event":"run",'

const scanLines = (file: string): { readonly names: ReadonlyMap<number, string>, readonly runLine: string | null } => {
  const names = new Map<number, string>()
  let runLine: string | null = null
  readFileLines(file, (text, line) => {
    if (text.startsWith(runPrefix)) runLine ??= text
    if (!text.startsWith(namePrefix)) return
    const parsed = parsedLine(text, (field, problem) => { throw new InputError({ file, line, field }, problem) })
    if (typeof parsed['number'] === 'number' && typeof parsed['name'] === 'string') names.set(parsed['number'], parsed['name'])
  })

  return { names, runLine }
}
