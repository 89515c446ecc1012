/**
 * How long it takes to judge a run, and how much memory: synthetic ledgers of several sizes, each judged by a fresh process, and
 * beside it what a naive `Set` of record numbers (one for each producer) takes for the same records. The `Set` answers only whether every acknowledged record
 * is in the audit: no order, no duplicates, no consumers, and no word of what cannot be known.
 */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { exportHistory } from '../harness/ledger/index.ts'
import { writeSyntheticLedger } from './synthetic-ledger.ts'

const sizes = [3_000_000, 10_000_000, 100_000_000]
const historyRecords = 1_000_000
const bytesPerRecord = 128
/** A disk must hold the ledger, and have some room left. */
const room = 1.6

type Figures = Readonly<Record<string, unknown>>

export const measureJudge = async (): Promise<Figures> => {
  const folder = mkdtempSync(join(tmpdir(), 'ackproof-bench-'))
  try {
    const ledgers: Figures[] = []
    for (const records of sizes) {
      const { bavail, bsize } = statfsSync(folder)
      if (bavail * bsize < records * bytesPerRecord * room) ledgers.push({ records, leftOut: 'there is not enough room on the disk' })
      else ledgers.push(await measureLedger(join(folder, String(records)), records))
    }

    return { ledgers, history: await measureHistory(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const measureLedger = async (ledger: string, records: number): Promise<Figures> => {
  writeSyntheticLedger(ledger, records)
  try {
    return { records, entries: records * 4, judge: await measured('ledger', ledger), naiveSet: await measured('set', ledger) }
  } finally {
    rmSync(ledger, { recursive: true })
  }
}

const measureHistory = async (folder: string): Promise<Figures> => {
  const ledger = join(folder, 'ledger')
  const history = join(folder, 'history.ndjson')
  writeSyntheticLedger(ledger, historyRecords)
  await exportHistory(ledger, history)
  const figures = await measured('history', history)

  return { records: historyRecords, lines: historyRecords * 4, linesPerSecond: Math.round(historyRecords * 4 / Number(figures['seconds'])), judge: figures }
}

/** In a process of its own, with the checking process's limits. A failure is a figure too. */
const measured = async (what: 'ledger' | 'history' | 'set', path: string): Promise<Figures> => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['--max-old-space-size=4096', join(import.meta.dirname, 'judge-once.ts'), what, path], { reject: false })

  return exitCode === 0 ? JSON.parse(stdout) as Figures : { failed: /^\w*Error: .*$/m.exec(stderr)?.[0] ?? `exit code ${exitCode}` }
}
