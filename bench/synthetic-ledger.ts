/**
 * Writes the ledger of a run that never was, as large as asked and as fast as a disk takes it: producers that send batches of 100 to
 * 500 records round robin over the partitions, their outcomes, a group whose members are delivered every record, their commits, and
 * an audit. In the middle the leader of every third partition dies: sends wait, some are left in doubt, epochs rise.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { entryBytes, kinds, type Kind } from '../harness/ledger/format.ts'
import { openLedger } from '../harness/ledger/writer.ts'
import { recordNumber } from '../harness/model/record-number.ts'

const producers = 6
const members = 3
const partitionCount = 24
const group = 'readers'
const topic = 'orders'
const run = 'synthetic'
/** Between two batches of a producer, in microseconds. */
const batchEveryUs = 50_000
const acknowledgedAfterUs = 1_500
const outageUs = 4_000_000
const bufferEntries = 16_384

/** Entries that have everything but the record's number and value in common. */
interface Stretch {
  readonly kind: Kind
  readonly partition: number
  readonly extra: number
  readonly at: number
  readonly count: number
  readonly firstRecord: number
  readonly firstValue: number
}

interface FastFile {
  readonly write: (stretch: Stretch) => void
  readonly close: () => void
}

/** Appends whole stretches to a file whose header is there already. */
const fastFile = (path: string): FastFile => {
  const file = openSync(path, 'a')
  const buffer = new ArrayBuffer(bufferEntries * entryBytes)
  const bytes = new Uint8Array(buffer)
  const words = new Uint16Array(buffer)
  const doubleWords = new Uint32Array(buffer)
  const doubles = new Float64Array(buffer)
  let used = 0
  const flush = (): void => {
    for (let start = 0; start < used * entryBytes;) start += writeSync(file, bytes, start, used * entryBytes - start)
    used = 0
  }

  return {
    write: ({ kind, partition, extra, at, count, firstRecord, firstValue }) => {
      for (let index = 0; index < count; index++) {
        if (used === bufferEntries) flush()
        doubleWords[used * 8] = kind + partition * 0x10000
        doubleWords[used * 8 + 1] = extra
        doubleWords[used * 8 + 2] = at % 2 ** 32
        words[used * 16 + 6] = Math.floor(at / 2 ** 32)
        words[used * 16 + 7] = 1
        doubles[used * 4 + 2] = firstRecord + index
        doubles[used * 4 + 3] = firstValue === -1 ? -1 : firstValue + index
        used += 1
      }
    },
    close: () => {
      flush()
      closeSync(file)
    }
  }
}

interface LoggedBatch {
  readonly firstRecord: number
  readonly count: number
  readonly offset: number
  readonly epoch: number
}

interface Partition {
  readonly log: LoggedBatch[]
  nextOffset: number
}

interface Producing {
  readonly number: number
  readonly file: FastFile
  nextSequence: number
  /** What it sent and has no outcome of yet. */
  readonly open: (Stretch & { readonly dueAt: number })[]
}

/** Creates the folder. The number of records is met exactly. */
export const writeSyntheticLedger = (folder: string, records: number): void => {
  mkdirSync(folder, { recursive: true })
  const ledgers = headers(folder)
  const partitions = Array.from({ length: partitionCount }, (): Partition => ({ log: [], nextOffset: 0 }))
  const producing = Array.from({ length: producers }, (_, index): Producing =>
    ({ number: index + 1, file: fastFile(join(folder, `p${index + 1}.1.ledger`)), nextSequence: 0, open: [] }))
  const reading = Array.from({ length: members }, (_, index) => fastFile(join(folder, `c${index + 1}.ledger`)))
  const outageAt = Math.floor(records / 600 / producers) * batchEveryUs
  let left = records
  let round = 0
  let seed = 1

  while (left > 0) {
    const roundAt = round * batchEveryUs + 1_000_000
    const inOutage = roundAt >= outageAt && roundAt < outageAt + outageUs
    for (const producer of producing) {
      const at = roundAt + producer.number * 7_000
      seed = (seed * 48_271) % 0x7fffffff
      const count = Math.min(left, 100 + seed % 401)
      const partition = (round + producer.number * 5) % partitionCount
      const hit = inOutage && partition % 3 === 0
      const place = partitions[partition] ?? { log: [], nextOffset: 0 }
      settle(producer, at)
      if (count === 0) continue
      const firstRecord = recordNumber({ producer: producer.number, incarnation: 1, sequence: producer.nextSequence })
      producer.file.write({ kind: kinds.send, partition, extra: 0, at, count, firstRecord, firstValue: producer.nextSequence })
      producer.nextSequence += count
      left -= count
      const epoch = at < outageAt + outageUs || partition % 3 !== 0 ? 1 : 2
      const inDoubt = hit && round % 7 === 0
      const deliveredAt = hit ? outageAt + outageUs + 2_000 : at + 2_000
      place.log.push({ firstRecord, count, offset: place.nextOffset, epoch })
      reading[partition % members]?.write({ kind: kinds.delivered, partition, extra: epoch, at: deliveredAt, count, firstRecord, firstValue: place.nextOffset })
      producer.open.push({
        kind: inDoubt ? kinds.indeterminate : kinds.acknowledged, partition, extra: inDoubt ? 1 : 0, count, firstRecord,
        at: 0, dueAt: hit ? outageAt + outageUs : at + acknowledgedAfterUs, firstValue: inDoubt ? -1 : place.nextOffset
      })
      place.nextOffset += count
      if (place.log.length % 16 === 0) ledgers.commit(partition, deliveredAt + 500, place.nextOffset)
    }
    round += 1
  }
  const end = round * batchEveryUs + 10_000_000
  for (const producer of producing) {
    settle(producer, end)
    producer.file.close()
  }
  for (const file of reading) file.close()
  ledgers.finish({ outageAt, partitions })
  writeAudit(folder, partitions)
}

const settle = ({ open, file }: Producing, now: number): void => {
  for (let first = open[0]; first !== undefined && first.dueAt <= now; first = open[0]) {
    file.write({ ...first, at: Math.max(first.dueAt, now - batchEveryUs + 1) })
    open.shift()
  }
}

const writeAudit = (folder: string, partitions: readonly Partition[]): void => {
  const audit = fastFile(join(folder, 'audit.ledger'))
  for (const [partition, { log }] of partitions.entries()) {
    for (const { firstRecord, count, offset, epoch } of log) {
      audit.write({ kind: kinds.logged, partition, extra: epoch, at: 0, count, firstRecord, firstValue: offset })
    }
  }
  audit.close()
}

/** The files' headers and lines, by the harness's own writer. */
const headers = (folder: string) => {
  const base = { format: 1, run, topics: [topic] } as const
  const harness = openLedger(folder, { ...base, process: 'harness' })
  harness.event({ event: 'run', format: 1, run })
  harness.event({ event: 'topic', topic, partitions: partitionCount, replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false })
  for (let producer = 1; producer <= producers; producer++) {
    const ledger = openLedger(folder, { ...base, process: `p${producer}.1`, producer: `p${producer}`, incarnation: 1 })
    ledger.event({ event: 'producer', producer: `p${producer}`, at: 0, acks: 'all', idempotent: true })
    ledger.numberOf('REQUEST_TIMED_OUT')
    ledger.close()
  }
  const readers = Array.from({ length: members }, (_, index) => {
    const member = `c${index + 1}`
    const ledger = openLedger(folder, { ...base, process: member, member, group })
    ledger.event({ event: 'member', member, group, at: 0, isolation: 'read_uncommitted', commits: 'after-work', reset: 'earliest' })
    for (let partition = index; partition < partitionCount; partition += members) {
      ledger.event({ event: 'assigned', at: 10, member, group, topic, partition, position: 0 })
    }

    return ledger
  })
  const audit = openLedger(folder, { ...base, process: 'audit' })

  return {
    commit: (partition: number, at: number, offset: number): void => {
      const member = partition % members
      readers[member]?.event({ event: 'offset-commit', at, until: at + 300, member: `c${member + 1}`, group, topic, partition, offset, outcome: 'acknowledged' })
    },
    finish: ({ outageAt, partitions }: { readonly outageAt: number, readonly partitions: readonly Partition[] }): void => {
      const healedAt = outageAt + outageUs
      const fault = { event: 'fault', fault: 'kill broker 1', what: 'kill', whom: 'broker 1', brokers: [1] }
      harness.event({ ...fault, at: outageAt - 10, phase: 'injecting' })
      harness.event({ ...fault, at: outageAt, phase: 'injected', evidence: 'the process is gone' })
      for (const [partition, { nextOffset }] of partitions.entries()) {
        if (partition % 3 === 0) harness.event({ event: 'leader', at: healedAt - 1_000, topic, partition, leader: 2, epoch: 2 })
        audit.event({ event: 'audit', topic, partition, logStart: 0, logEnd: nextOffset, complete: true, foreign: 0, isolation: 'read_uncommitted', lastStable: nextOffset })
      }
      harness.event({ ...fault, at: healedAt, phase: 'healing' })
      harness.event({ ...fault, at: healedAt + 10, phase: 'healed' })
      for (const ledger of [...readers, audit, harness]) ledger.close()
    }
  }
}
