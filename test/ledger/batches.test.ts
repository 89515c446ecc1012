/**
 * A ledger of batches, as real producers and consumers write them, is judged alike by whichever way its records are taken: a range of
 * numbers at a time, in parts, or each by its name from the exported history. Records are left out, moved and changed in the midst
 * of batches, and batches cross every border that the reader has: of pages, blocks and incarnations.
 */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import { exportHistory, importHistory, kinds, openLedger, type LedgerWriter } from '../../harness/ledger/index.ts'
import { randomFrom, type Random } from '../../harness/model/random.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { judgeLedger } from '../../harness/run/judge-ledger.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const partitions = 5
const header = { format: 1, run: 'r', topics: ['orders'] } as const

interface Batch {
  readonly partition: number
  readonly at: number
  readonly records: readonly number[]
}

/** Numbers of one producer that mostly follow one another; some were never used. */
const batchesOf = (random: Random, producer: number): readonly Batch[] => {
  const batches: Batch[] = []
  let sequence = 0
  for (let at = 100 * producer; batches.length < 25; at += random.integer({ from: 1, below: 2_000 })) {
    const records: number[] = []
    for (let left = random.pick([1, 2, 63, 64, 65, 255, 256, 257, 700]); left > 0; left--) {
      records.push(recordNumber({ producer, incarnation: 1, sequence }))
      sequence += random.next() < 0.01 ? random.integer({ from: 2, below: 300 }) : 1
    }
    batches.push({ partition: random.integer({ from: 0, below: partitions }), at, records })
  }

  return batches
}

const writeProducer = (ledger: LedgerWriter, batches: readonly Batch[], random: Random): void => {
  for (const { partition, at, records } of batches) {
    for (const record of records) ledger.append({ kind: kinds.send, topic: 0, partition, at, attempt: 1, record, value: record % 2 ** 32 })
  }
  const nextOffset = new Map<number, number>()
  for (const { partition, at, records } of batches) {
    const from = nextOffset.get(partition) ?? 0
    nextOffset.set(partition, from + records.length)
    const fate = random.next()
    for (const [index, record] of records.entries()) {
      const kind = fate < 0.1 ? kinds.indeterminate : fate < 0.15 ? kinds.rejected : kinds.acknowledged
      ledger.append({
        kind, topic: 0, partition, at: at + 40_000_000, attempt: random.next() < 0.001 ? 2 : 1, record, ...kind === kinds.acknowledged ? { value: from + index } : {}
      })
    }
  }
}

/** Some records of the last two partitions stand in the other one of them. */
const writeLogs = (audit: LedgerWriter, member: LedgerWriter, batches: readonly Batch[], random: Random): void => {
  for (let partition = 0; partition < partitions; partition++) {
    let offset = 0
    for (const { records } of batches.filter(batch => batch.partition === partition)) {
      for (const record of records) {
        const odd = random.next()
        if (odd < 0.002) continue
        const strays = odd < 0.004 && partition >= 3
        const stands = strays ? { topic: 0, partition: 7 - partition, value: 1_000_000 + offset } : { topic: 0, partition, value: offset }
        audit.append({ kind: kinds.logged, ...stands, at: 0, attempt: 1, extra: 1, record })
        if (odd > 0.006) member.append({ kind: kinds.delivered, ...stands, at: 90_000_000 + partition, attempt: 1, extra: 1, record })
        offset += odd > 0.998 ? 2 : 1
      }
    }
    audit.event({ event: 'audit', topic: 'orders', partition, logStart: 0, logEnd: 2_000_000, complete: true })
  }
}

const write = (folder: string, random: Random): void => {
  const harness = openLedger(folder, { ...header, process: 'harness' })
  harness.event({ event: 'run', format: 1, run: 'r' })
  harness.event({ event: 'topic', topic: 'orders', partitions, replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false })
  harness.close()
  const all: Batch[] = []
  for (const producer of [1, 2]) {
    const ledger = openLedger(folder, { ...header, process: `p${producer}`, producer: `p${producer}`, incarnation: 1 })
    ledger.event({ event: 'producer', producer: `p${producer}`, at: 0, acks: 'all', idempotent: true })
    const batches = batchesOf(random, producer)
    writeProducer(ledger, batches, random)
    ledger.close()
    all.push(...batches)
  }
  const audit = openLedger(folder, { ...header, process: 'audit' })
  const member = openLedger(folder, { ...header, process: 'c1', member: 'c1', group: 'g' })
  for (let partition = 0; partition < partitions; partition++) member.event({ event: 'assigned', at: 1, member: 'c1', group: 'g', topic: 'orders', partition, position: 0 })
  writeLogs(audit, member, all.toSorted((left, right) => left.at - right.at), random)
  audit.close()
  member.close()
}

test.for(['one', 'two', 'three', 'four'])('batches of seed %s are judged alike whole, in parts and by name', async seed => {
  const folder = temporaryFolder()
  write(folder, randomFrom(seed))
  const file = join(temporaryFolder(), 'history.ndjson')
  await exportHistory(folder, file)
  const byName = judge(await importHistory(file))
  const whole = judgeLedger(folder, { witnesses: 5 }).judgement
  const parts = judgeLedger(folder, { witnesses: 5, entriesAtOnce: 1 })

  expect(parts.parts).toBeGreaterThan(1)
  expect(parts.judgement).toEqual(whole)
  expect(byName.counts).toEqual(whole.counts)
  expect(byName.findings.map(({ anomaly, level, count, reason }) => ({ anomaly, level, count, reason })))
    .toEqual(whole.findings.map(({ anomaly, level, count, reason }) => ({ anomaly, level, count, reason })))
  expect(whole.counts.lost).toBeGreaterThan(0)
})
