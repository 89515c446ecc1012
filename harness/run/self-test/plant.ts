/** Plants every mutation that has room, and writes the copy of the ledger that holds them all. */
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { LedgerFolder } from '../../ledger/ledger-folder.ts'
import { openLedger } from '../../ledger/writer.ts'
import { copyEntries, copyLines, type EntryEdit, type LineEdit } from './edits.ts'
import type { Ground } from './ground.ts'
import type { Mutation, PlantedProcess, Planting } from './planting.ts'

export interface Planted {
  readonly mutation: Mutation
  readonly planting: Planting
}

export interface Field {
  readonly planted: readonly Planted[]
  /** The mutations that there was no room for. */
  readonly barren: readonly Mutation[]
}

/** Each mutation draws from a generator of its own, so that one more does not move the others. */
export const plantAll = (mutations: readonly Mutation[], ground: Ground): Field => {
  const tried = mutations.map(mutation => ({
    mutation,
    planting: mutation.plant({ ...ground, random: ground.random.split(mutation.name) })
  }))

  return {
    planted: tried.flatMap(({ mutation, planting }) => (planting === undefined ? [] : [{ mutation, planting }])),
    barren: tried.flatMap(({ mutation, planting }) => (planting === undefined ? [mutation] : []))
  }
}

export const writeCopy = (folder: LedgerFolder, target: string, { planted, ground }: Pick<Field, 'planted'> & { readonly ground: Ground }): void => {
  const entries = planted.flatMap(({ planting }) => planting.entries)
  const lines = [...planted.flatMap(({ planting }) => planting.lines ?? []), ...laterEnds(ground)]

  mkdirSync(target, { recursive: true })
  for (const process of folder.processes) {
    if (process.entries !== null) copyEntriesOf(process.entries.file, target, entries)
    if (process.lines !== null) copyLinesOf(process.lines, target, lines)
  }
  const { run } = JSON.parse(folder.runLine) as { readonly run: string }
  for (const { planting: { process } } of planted) if (process !== undefined) writeProcess(process, target, run)
}

const writeProcess = ({ name, producer, member, group, topics, entries, lines }: PlantedProcess, target: string, run: string): void => {
  const ledger = openLedger(target, { format: 1, run, process: name, topics, producer, incarnation: 1, ...member === undefined || group === undefined ? {} : { member, group } })
  for (const entry of entries) ledger.append(entry)
  for (const line of lines) ledger.event(line)
  ledger.close()
}

const copyEntriesOf = (file: string, target: string, edits: readonly EntryEdit[]): void => {
  copyEntries(file, join(target, basename(file)), edits.filter(edit => edit.file === file))
}

const copyLinesOf = (file: string, target: string, edits: readonly LineEdit[]): void => {
  copyLines(file, join(target, basename(file)), edits.filter(edit => edit.file === file))
}

/** What the audits of longer logs would have said. */
const laterEnds = ({ appended }: Ground): readonly LineEdit[] => [...appended].flatMap(([{ audit, nextOffset }, count]) => {
  if (audit === undefined) return []
  const { file, number, line } = audit
  const logEnd = nextOffset + count
  const stable = typeof line['lastStable'] === 'number' ? { lastStable: logEnd } : {}

  return [{ file, number, line: { ...line, logEnd, ...stable } }]
})
