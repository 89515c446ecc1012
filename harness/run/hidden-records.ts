/**
 * Chooses acknowledged records to hide from the harness's own audit, for the control that shows that the verifier can see a
 * loss. They are drawn from what the ledger's files say was acknowledged.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { entryBytes, headerBytes, kinds } from '../ledger/format.ts'
import type { Random } from '../model/random.ts'

export const chooseHidden = (ledger: string, count: number, random: Random): readonly number[] => {
  if (count === 0) return []
  const files = readdirSync(ledger).filter(file => /^p\d+\.\d+\.ledger$/.test(file)).toSorted()
  const acknowledged = files.flatMap(file => acknowledgedIn(readFileSync(join(ledger, file))))
  const chosen = new Set<number>()
  while (chosen.size < Math.min(count, acknowledged.length)) chosen.add(random.pick(acknowledged))

  return [...chosen]
}

const acknowledgedIn = (bytes: Buffer): readonly number[] => {
  const records: number[] = []
  for (let start = headerBytes; start + entryBytes <= bytes.length; start += entryBytes) {
    if (((bytes[start] ?? 0) & 0x1f) === kinds.acknowledged) records.push(bytes.readDoubleLE(start + 16))
  }

  return records
}
