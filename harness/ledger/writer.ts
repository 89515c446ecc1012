/**
 * Writes one process's part of the ledger (see `format.ts`). Entries gather in memory until `flush`, which hands them to
 * the kernel in one call; from then on they survive the death of this process. Whoever is about to act on the world
 * flushes first: a send is on record before the client is called.
 */
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { entryBytes, headerBytes, kinds, noEpoch, noPartition, type Kind, type LedgerHeader } from './format.ts'

/** One entry; see `format.ts` for what `extra` and `value` mean with each kind. */
export interface Entry {
  readonly kind: Kind
  readonly flags?: number
  readonly topic: number
  /** Undefined: the client chooses. */
  readonly partition?: number | undefined
  readonly extra?: number
  readonly at: number
  readonly attempt?: number
  readonly record: number
  readonly value?: number
}

export interface LedgerWriter {
  readonly append: (entry: Entry) => void
  /** Writes a rare event as a line of the history, at once. */
  readonly event: (line: Readonly<Record<string, unknown>> & { readonly event: string }) => void
  /** The number under which entries may refer to a name (an error, a transaction), from 1 on. */
  readonly numberOf: (name: string) => number
  readonly flush: () => void
  readonly close: () => void
}

const bufferedEntries = 4096

const filesOf = (folder: string, process: string) => ({ entries: join(folder, `${process}.ledger`), lines: join(folder, `${process}.ndjson`) })

/** Takes back what a process wrote that has closed its ledger: for one that finds that it cannot tell all that it has to. */
export const removeLedger = (folder: string, process: string): void => {
  for (const file of Object.values(filesOf(folder, process))) rmSync(file, { force: true })
}

/** Creates the two files of a process in the ledger's folder; fails if that process has written before. */
export const openLedger = (folder: string, header: LedgerHeader): LedgerWriter => {
  mkdirSync(folder, { recursive: true })
  const files = filesOf(folder, header.process)
  const entries = openSync(files.entries, 'ax')
  const lines = openSync(files.lines, 'ax')
  const buffer = Buffer.alloc(entryBytes * bufferedEntries)
  const names = new Map<string, number>()
  let used = 0

  writeWhole(entries, headerBlock(header))

  const flush = (): void => {
    if (used > 0) writeWhole(entries, buffer.subarray(0, used))
    used = 0
  }

  const event: LedgerWriter['event'] = line => {
    writeWhole(lines, Buffer.from(`${JSON.stringify(line)}\n`))
  }

  return {
    event,
    flush,
    append: entry => {
      writeEntry(buffer, used, entry)
      used += entryBytes
      if (used === buffer.length) flush()
    },
    numberOf: name => {
      const known = names.get(name)
      if (known !== undefined) return known

      const number = names.size + 1
      names.set(name, number)
      event({ event: 'name', number, name })

      return number
    },
    close: () => {
      flush()
      closeSync(entries)
      closeSync(lines)
    }
  }
}

const headerBlock = (header: LedgerHeader): Buffer => {
  const json = Buffer.from(JSON.stringify(header))
  if (json.length >= headerBytes) {
    throw new Error(`The ledger's header of ${header.process} takes ${json.length} bytes; ${headerBytes} is the most. Use fewer or shorter topic names.`)
  }
  const block = Buffer.alloc(headerBytes, ' ')
  json.copy(block)

  return block
}

const writeEntry = (buffer: Buffer, start: number, entry: Entry): void => {
  buffer[start] = entry.kind | (entry.flags ?? 0)
  buffer[start + 1] = entry.topic
  buffer.writeUInt16LE(entry.partition ?? noPartition, start + 2)
  buffer.writeUInt32LE(entry.extra ?? absentExtra(entry.kind), start + 4)
  buffer.writeUIntLE(entry.at, start + 8, 6)
  buffer.writeUInt16LE(entry.attempt ?? 1, start + 14)
  buffer.writeDoubleLE(entry.record, start + 16)
  buffer.writeDoubleLE(entry.value ?? -1, start + 24)
}

const absentExtra = (kind: Kind): number => (kind === kinds.delivered || kind === kinds.logged ? noEpoch : 0)

/** `write` may take only a part; the rest follows, so that an entry is torn by a crash alone. */
const writeWhole = (file: number, bytes: Buffer): void => {
  let written = 0
  while (written < bytes.length) written += writeSync(file, bytes, written)
}
