/**
 * What the brokers' disks say of a run, straight from the files of its ledger: neither the final audit nor a checker has a part in it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge } from '../../../harness/checkers/index.ts'
import { importLedger } from '../../../harness/ledger/index.ts'
import { kinds } from '../../../harness/ledger/format.ts'
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

/** The records that the verifier calls lost, whatever the level. */
export const judgedLost = async (ledger: string): Promise<readonly string[]> =>
  judge(await importLedger(ledger), { witnesses: Number.MAX_SAFE_INTEGER }).findings
    .filter(({ anomaly }) => anomaly === 'lost').flatMap(({ witnesses }) => witnesses.map(({ id }) => id ?? '')).sort()

/** How many replicas were read to their end. */
export const replicasRead = (ledger: string): number =>
  readdirSync(ledger).filter(name => /^disk-\d+\.ndjson$/.test(name))
    .flatMap(name => readFileSync(join(ledger, name), 'utf8').split('\n'))
    .filter(line => line.includes('"event":"audit"') && line.includes('"complete":true')).length
