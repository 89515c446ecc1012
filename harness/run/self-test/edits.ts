/**
 * Changes to a ledger's files, and the copy that has them. Entries are replaced, taken out or put in where they belong, so
 * that the copy's order is the one that a process would have written; everything else is copied as it is, and a file without edits
 * only gets a second name, since nobody writes into it any more.
 */
import { closeSync, copyFileSync, linkSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { entryBytes } from '../../ledger/format.ts'
import { fileLines } from '../../ledger/ledger-lines.ts'
import { countEntries, entryOf, positionOf, type EntryFields } from './scan-entries.ts'

/** A change at one entry of a file, or a further entry at its end. */
export type EntryEdit =
  | { readonly change: 'replace' | 'insert-after', readonly file: string, readonly index: number, readonly entry: EntryFields }
  | { readonly change: 'remove', readonly file: string, readonly index: number }
  | { readonly change: 'append', readonly file: string, readonly entry: EntryFields }

/** In a file of lines: one that takes the place of another (by its number, from 1 on), or follows the last one. */
export interface LineEdit {
  readonly file: string
  readonly number: number | 'end'
  readonly line: Readonly<Record<string, unknown>>
}

const pieceBytes = 4 * 1024 * 1024

/** Copies a file of entries with its edits; at most one for each entry, and any number at the end. */
export const copyEntries = (source: string, target: string, edits: readonly EntryEdit[]): void => {
  if (edits.length === 0) {
    linkOrCopy(source, target)

    return
  }
  const from = openSync(source, 'r')
  const to = openSync(target, 'wx')
  const inside = edits.filter(edit => edit.change !== 'append').sort((one, other) => one.index - other.index)
  try {
    let done = 0
    for (const edit of inside) {
      const position = positionOf(edit.index)
      copyBytes(from, to, { start: done, end: edit.change === 'insert-after' ? position + entryBytes : position })
      if (edit.change !== 'remove') writeWhole(to, entryOf(edit.entry))
      done = position + entryBytes
    }
    copyBytes(from, to, { start: done, end: positionOf(countEntries(source)) })
    for (const edit of edits) if (edit.change === 'append') writeWhole(to, entryOf(edit.entry))
  } finally {
    closeSync(from)
    closeSync(to)
  }
}

const linkOrCopy = (source: string, target: string): void => {
  try {
    linkSync(source, target)
  } catch {
    // Not every file system has second names.
    copyFileSync(source, target)
  }
}

const copyBytes = (from: number, to: number, { start, end }: { readonly start: number, readonly end: number }): void => {
  const piece = Buffer.allocUnsafe(Math.max(0, Math.min(pieceBytes, end - start)))
  for (let position = start; position < end;) {
    const length = readSync(from, piece, 0, Math.min(piece.length, end - position), position)
    if (length === 0) throw new Error(`A file of the ledger ended ${end - position} bytes early while it was copied.`)
    writeWhole(to, piece.subarray(0, length))
    position += length
  }
}

const writeWhole = (file: number, bytes: Buffer): void => {
  let written = 0
  while (written < bytes.length) written += writeSync(file, bytes, written)
}

/** Copies a file of lines with its edits. A torn last line, which counts for nothing, is left out where lines are added. */
export const copyLines = (source: string, target: string, edits: readonly LineEdit[]): void => {
  if (edits.length === 0) {
    linkOrCopy(source, target)

    return
  }
  const replaced = new Map(edits.flatMap(({ number, line }) => (number === 'end' ? [] : [[number, JSON.stringify(line)] as const])))
  const lines: string[] = []
  for (const { number, text } of fileLines(source)) lines.push(replaced.get(number) ?? text)
  for (const { number, line } of edits) if (number === 'end') lines.push(JSON.stringify(line))
  writeFileSync(target, `${lines.join('\n')}\n`, { flag: 'wx' })
}
