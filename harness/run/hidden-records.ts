/**
 * Chooses acknowledged records to hide from the harness's own audit, for the control that shows that the verifier can see a
 * loss. They are drawn from what the ledger's files say was acknowledged, and these are read twice, in pieces: first to count, then
 * to find whom the lots fell on.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { kinds } from '../ledger/format.ts'
import type { Random } from '../model/random.ts'
import { countEntries, scanEntries } from './self-test/scan-entries.ts'

export const chooseHidden = (ledger: string, count: number, random: Random): readonly number[] => {
  if (count === 0) return []
  let acknowledged = 0
  visitAcknowledged(ledger, () => { acknowledged += 1 })
  const lots = new Map<number, number>()
  while (lots.size < Math.min(count, acknowledged)) lots.set(random.integer({ from: 0, below: acknowledged }), -1)

  let place = 0
  visitAcknowledged(ledger, record => {
    if (lots.has(place)) lots.set(place, record)
    place += 1
  })

  return [...new Set(lots.values())]
}

const visitAcknowledged = (ledger: string, visit: (record: number) => void): void => {
  for (const name of readdirSync(ledger).filter(file => /^p\d+\.\d+\.ledger$/.test(file)).toSorted()) {
    const file = join(ledger, name)
    scanEntries(file, { from: 0, count: countEntries(file) }, ({ kind, record }) => { if (kind === kinds.acknowledged) visit(record) })
  }
}
