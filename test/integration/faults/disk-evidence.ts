/**
 * What the brokers' disks say of a run, straight from the files of its ledger: neither the final audit nor a checker has a part in it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge } from '../../../harness/checkers/index.ts'
import { importLedger } from '../../../harness/ledger/index.ts'
import { kinds } from '../../../harness/ledger/format.ts'
import { notKnown, outcomes } from '../../../harness/model/evidence.ts'
import { recordName } from '../../../harness/model/record-number.ts'
import { countEntries, scanEntries } from '../../../harness/run/self-test/scan-entries.ts'

const recordsIn = (ledger: string, files: RegExp, wanted: number): ReadonlySet<number> => {
  const records = new Set<number>()
  for (const file of readdirSync(ledger).filter(name => files.test(name))) {
    const path = join(ledger, file)
    scanEntries(path, { from: 0, count: countEntries(path) }, ({ kind, record }) => { if (kind === wanted) records.add(record) })
  }

  return records
}

/** The acknowledged records that no broker's disk holds. */
export const absentFromDisks = (ledger: string): readonly string[] => {
  const held = recordsIn(ledger, /^disk-\d+\.ledger$/, kinds.logged)
  const acknowledged = recordsIn(ledger, /^p\d+\.\d+\.ledger$/, kinds.acknowledged)

  return [...acknowledged].filter(record => !held.has(record)).map(recordName).sort()
}

/** The acknowledged records below the beginning of their partition's log: what has expired, which is nobody's loss. */
export const expired = async (ledger: string): Promise<ReadonlySet<string>> => {
  const { sends, audits, recordName: nameOf } = await importLedger(ledger)
  const starts = new Map(audits.filter(({ replica }) => replica === null).map(({ partition, line }) => [partition, line?.logStart ?? 0]))
  const rows = Array.from({ length: sends.length }, (_, row) => row).filter(row => {
    const [offset, partition] = [sends.offset[row] ?? notKnown, sends.acknowledgedPartition[row] ?? notKnown]

    return sends.outcome[row] === outcomes.acknowledged && offset !== notKnown && offset < (starts.get(partition) ?? 0)
  })

  return new Set(rows.map(row => nameOf(sends.record[row] ?? 0)))
}

/** How many replicas the run's topics have in all. */
export const replicasPlanned = async (ledger: string): Promise<number> =>
  (await importLedger(ledger)).topics.reduce((sum, { partitions, replicas }) => sum + (partitions ?? 1) * replicas, 0)

/** The records that the verifier calls lost, whatever the level. */
export const judgedLost = async (ledger: string): Promise<readonly string[]> =>
  judge(await importLedger(ledger), { witnesses: Number.MAX_SAFE_INTEGER }).findings
    .filter(({ anomaly }) => anomaly === 'lost').flatMap(({ witnesses }) => witnesses.map(({ id }) => id ?? '')).sort()

/** How many replicas were read to their end. */
export const replicasRead = (ledger: string): number =>
  readdirSync(ledger).filter(name => /^disk-\d+\.ndjson$/.test(name))
    .flatMap(name => readFileSync(join(ledger, name), 'utf8').split('\n'))
    .filter(line => line.includes('"event":"audit"') && line.includes('"complete":true')).length
