/** The harness's own ledger: written as processes write it, read back, and exported to a history that is judged alike. */
import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import { effects, entryBytes, exportHistory, flags, headerBytes, importHistory, importLedger, kinds, openLedger, type LedgerWriter } from '../../harness/ledger/index.ts'
import type { Judgement } from '../../harness/model/judgement.ts'
import { randomFrom, type Random } from '../../harness/model/random.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { inShort } from '../histories.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder: string

beforeEach(() => { folder = temporaryFolder() })

const topics = ['orders']
const open = (process: string, more = {}): LedgerWriter => openLedger(folder, { format: 1, run: 'r', process, topics, ...more })
const record = (sequence: number, producer = 1, incarnation = 1): number => recordNumber({ producer, incarnation, sequence })

const writeRun = (): void => {
  const harness = open('harness')
  harness.event({ event: 'run', format: 1, run: 'r', seed: 7 })
  harness.event({ event: 'topic', topic: 'orders', partitions: 2, replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false })
  harness.close()
}

const openProducer = (): LedgerWriter => {
  const ledger = open('p1.1', { producer: 'p1', incarnation: 1 })
  ledger.event({ event: 'producer', producer: 'p1', at: 0, acks: 'all', idempotent: true })

  return ledger
}

const sent = (ledger: LedgerWriter, sequence: number, at: number, partition = 0): void =>
  ledger.append({ kind: kinds.send, topic: 0, partition, at, record: record(sequence), value: sequence })
const acknowledged = (ledger: LedgerWriter, sequence: number, at: number, offset: number, partition = 0): void =>
  ledger.append({ kind: kinds.acknowledged, topic: 0, partition, at, record: record(sequence), value: offset })

/** Judged from the folder, and from the history that it was exported to. */
const bothJudgements = async (): Promise<readonly [Judgement, Judgement]> => {
  const file = join(folder, 'history.ndjson.zst')
  await exportHistory(folder, file)

  return [judge(await importLedger(folder)), judge(await importHistory(file))]
}

const exported = async (): Promise<readonly Record<string, unknown>[]> => {
  const file = join(folder, 'history.ndjson.zst')
  await exportHistory(folder, file)

  return zstdDecompressSync(await readFile(file)).toString().trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
}

describe('a ledger', () => {
  test('is read into the evidence that its history gives', async () => {
    writeRun()
    const producer = openProducer()
    sent(producer, 0, 10)
    sent(producer, 1, 10)
    acknowledged(producer, 0, 20, 0)
    acknowledged(producer, 1, 20, 1)
    producer.close()
    const member = open('c1', { member: 'c1', group: 'g' })
    member.event({ event: 'assigned', at: 5, member: 'c1', group: 'g', topic: 'orders', partition: 0, position: 0 })
    member.append({ kind: kinds.delivered, topic: 0, partition: 0, extra: 4, at: 30, record: record(0), value: 0 })
    member.append({ kind: kinds.processed, topic: 0, partition: 0, extra: effects.indexOf('applied'), at: 31, record: record(0) })
    member.event({ event: 'offset-commit', at: 40, member: 'c1', group: 'g', topic: 'orders', partition: 0, offset: 1, outcome: 'acknowledged' })
    member.close()
    const audit = open('audit')
    audit.append({ kind: kinds.logged, topic: 0, partition: 0, extra: 4, at: 0, record: record(0), value: 0 })
    audit.event({ event: 'audit', topic: 'orders', partition: 0, logStart: 0, logEnd: 2, complete: true })
    audit.close()

    const [fromLedger, fromHistory] = await bothJudgements()
    expect(fromLedger).toEqual(fromHistory)
    expect(fromLedger.findings.map(inShort)).toEqual(['lost 1 violation orders-0'])
    expect(fromLedger.findings[0]?.witnesses[0]).toMatchObject({ id: 'p1:1', offset: 1, at: 20 })
    expect((await exported()).map(({ event }) => event)).toEqual([
      'run', 'topic', 'producer', 'assigned', 'send', 'send', 'acknowledged', 'acknowledged', 'delivered', 'processed', 'offset-commit', 'logged', 'audit'
    ])
  })

  test('says everything of an entry in its history', async () => {
    writeRun()
    const producer = open('p2.3', { producer: 'p2', incarnation: 3 })
    const id = record(7, 2, 3)
    const transaction = producer.numberOf('t "1"')
    producer.append({ kind: kinds.send, topic: 0, at: 2 ** 47, attempt: 2, record: id, extra: transaction, value: 9 })
    producer.append({ kind: kinds.indeterminate, topic: 0, at: 2 ** 47 + 1, attempt: 2, record: id, extra: producer.numberOf('TIMEOUT') })
    producer.append({ kind: kinds.believed, topic: 0, at: 2 ** 47 + 2, record: id })
    producer.close()
    const disk = open('disk-2', { replica: 2 })
    disk.append({ kind: kinds.logged, flags: flags.torn | flags.uncommitted, topic: 0, partition: 1, at: 0, attempt: 2, record: id, value: 2 ** 40 })
    disk.append({ kind: kinds.logged, flags: flags.unchecked, topic: 0, partition: 1, at: 0, attempt: 0, record: id, value: 2 ** 40 + 1 })
    disk.close()

    expect((await exported()).slice(2)).toEqual([
      { event: 'send', at: 2 ** 47, id: 'p2.3:7', attempt: 2, producer: 'p2', incarnation: 3, topic: 'orders', sequence: 9, transaction: 't "1"' },
      { event: 'indeterminate', at: 2 ** 47 + 1, id: 'p2.3:7', attempt: 2, error: 'TIMEOUT' },
      { event: 'believed', at: 2 ** 47 + 2, id: 'p2.3:7' },
      { event: 'logged', id: 'p2.3:7', attempt: 2, topic: 'orders', partition: 1, offset: 2 ** 40, replica: 2, committed: false, intact: false },
      { event: 'logged', id: 'p2.3:7', topic: 'orders', partition: 1, offset: 2 ** 40 + 1, replica: 2 }
    ])
    const evidence = await importLedger(folder)
    expect(evidence.audits[0]).toMatchObject({ replica: 2, partition: 1 })
    expect(evidence.transactions[0]?.name).toBe('t "1"')
  })
})

describe('after the death of a process', () => {
  const written = (): void => {
    writeRun()
    const producer = openProducer()
    for (const sequence of [0, 1]) sent(producer, sequence, 10)
    producer.event({ event: 'transaction', at: 10, transaction: 't', producer: 'p1', phase: 'begun' })
    producer.close()
  }

  test('a torn entry and a torn line are cut off', async () => {
    written()
    await truncate(join(folder, 'p1.1.ledger'), headerBytes + 2 * entryBytes - 5)
    await appendFile(join(folder, 'p1.1.ndjson'), '{"event":"transaction","at":20,"transac')

    const evidence = await importLedger(folder)
    expect(evidence.sends.length).toBe(1)
    expect(evidence.transactions[0]?.state).toBe('begun')
    expect(await exported()).toHaveLength(5)
  })

  test('files that it did not come to write are missed by nobody', async () => {
    written()
    await rm(join(folder, 'p1.1.ndjson'))
    await writeFile(join(folder, 'c1.ledger'), '{"format":1,')
    await rm(join(folder, 'harness.ndjson'))

    const evidence = await importLedger(folder)
    expect(evidence.run).toBe('r')
    expect(evidence.sends.length).toBe(2)
    expect((await exported())[0]).toEqual({ event: 'run', format: 1, run: 'r' })
  })

  test('a hole in a file is no entry', async () => {
    written()
    await appendFile(join(folder, 'p1.1.ledger'), Buffer.alloc(entryBytes))

    expect((await importLedger(folder)).warnings).toEqual(['Ignored: 1 empty entries, which no process wrote.'])
    expect(await exported()).toHaveLength(6)
  })

  test('an entry that no process wrote is refused with its place', async () => {
    written()
    await appendFile(join(folder, 'p1.1.ledger'), Buffer.alloc(entryBytes, 0x1f))

    await expect(importLedger(folder)).rejects.toThrow(/p1\.1\.ledger, line 3: /)
  })

  test('a folder without a ledger is refused', async () => {
    await expect(importLedger(folder)).rejects.toThrow(/holds no ledger/)
    await expect(importLedger(join(folder, 'none'))).rejects.toThrow(/ENOENT/)
  })
})

/** A run in which everything that can go wrong does, at few different times, so that many lines share one. */
const writeChaos = (random: Random): void => {
  const pick = (below: number): number => Math.floor(random.next() * below)
  writeRun()
  const producers = [1, 2].map(number => open(`p${number}.1`, { producer: `p${number}`, incarnation: 1 }))
  const members = ['c1', 'c2'].map(member => open(member, { member, group: 'g' }))
  const audit = open('audit')
  const store = open('effects-1', { group: 'g' })
  members.forEach((ledger, index) => { ledger.event({ event: 'member', member: `c${index + 1}`, group: 'g', isolation: pick(2) === 0 ? 'read_committed' : 'read_uncommitted' }) })
  const transactions = new Map<string, string>()
  for (let sequence = 0; sequence < 60; sequence++) {
    producers.forEach((ledger, index) => {
      const id = record(sequence, index + 1)
      const at = pick(40)
      const name = `t${index}.${sequence >> 3}`
      const inTransaction = pick(3) === 0
      if (inTransaction) transactions.set(name, `p${index + 1}`)
      for (let attempt = 1; attempt <= 1 + pick(2); attempt++) {
        ledger.append({
          kind: kinds.send, topic: 0, ...(pick(9) === 0 ? {} : { partition: pick(2) }), at, attempt, record: id,
          ...(inTransaction ? { extra: ledger.numberOf(name) } : {}), ...(index === 0 ? { value: sequence } : {})
        })
        const kind = [kinds.acknowledged, kinds.acknowledged, kinds.rejected, kinds.indeterminate, undefined][pick(5)]
        if (kind === undefined) continue
        ledger.append({ kind, topic: 0, ...(kind === kinds.acknowledged ? { partition: pick(2), value: pick(80) } : {}), at: at + pick(9), attempt, record: id })
      }
      if (pick(9) === 0) ledger.append({ kind: kinds.believed, topic: 0, at: at + 1, record: id })
      members.forEach((member, place) => {
        const where = { topic: 'orders', partition: pick(2), member: `c${place + 1}`, group: 'g' }
        if (pick(8) === 0) member.event({ event: 'assigned', at: pick(60), ...where, ...(pick(2) === 0 ? { position: pick(80) } : {}) })
        if (pick(9) === 0) member.event({ event: 'revoked', at: pick(60), ...where })
        if (pick(9) === 0) member.event({ event: 'seek', at: pick(60), ...where, offset: pick(80) })
        if (pick(3) === 0) member.event({ event: 'offset-commit', at: pick(60), ...where, offset: pick(90), outcome: 'acknowledged' })
        if (pick(2) === 0) {
          member.append({
            kind: kinds.delivered, flags: pick(20) === 0 ? flags.torn : 0, topic: 0, partition: where.partition, extra: pick(3), at: 50 + pick(20),
            attempt: pick(2), record: id, value: pick(80)
          })
        }
        if (pick(4) === 0) member.append({ kind: kinds.processed, topic: 0, partition: 0, extra: pick(4), at: 60 + pick(20), record: id })
      })
      if (pick(3) > 0) {
        audit.append({
          kind: kinds.logged, flags: pick(9) === 0 ? flags.uncommitted : 0, topic: 0, partition: pick(2), extra: pick(3), at: 0, attempt: pick(2), record: id,
          value: pick(80)
        })
      }
      if (pick(9) === 0) store.append({ kind: kinds.effect, topic: 0, partition: pick(2), at: 0, record: id, value: pick(3) })
      if (pick(9) === 0) audit.event({ event: 'effect', id: `p${index + 1}:${sequence}`, times: pick(3) })
    })
  }
  for (const [transaction, producer] of transactions) producers[0]?.event({ event: 'transaction', at: 40 + pick(30), transaction, producer, phase: ['begun', 'committing', 'committed', 'aborted'][pick(4)] })
  for (const partition of [0, 1]) audit.event({ event: 'audit', topic: 'orders', partition, logStart: 0, logEnd: 80, complete: pick(5) > 0 })
  for (const ledger of [...producers, ...members, store, audit]) ledger.close()
}

test.each(Array.from({ length: 25 }, (_, seed) => seed))('a ledger and its exported history are judged alike, whatever happened (seed %i)', async seed => {
  writeChaos(randomFrom(`chaos ${seed}`))
  const [fromLedger, fromHistory] = await bothJudgements()

  expect(fromHistory).toEqual(fromLedger)
  expect(fromLedger.findings.filter(({ reason }) => reason.includes('failed'))).toEqual([])
  expect(new Set(fromLedger.findings.map(({ anomaly }) => anomaly)).size).toBeGreaterThan(12)
})
