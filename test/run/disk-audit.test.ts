/** The audit of the disks, on disks of the imagination that hold what a real encoder wrote: which replicas count, and what they show. */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import { importLedger } from '../../harness/ledger/index.ts'
import { openLedger } from '../../harness/ledger/writer.ts'
import type { Disk } from '../../harness/model/disk.ts'
import type { PartitionState } from '../../harness/model/metadata.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { recordSlots, recordTags, writeRecord } from '../../harness/model/record.ts'
import { auditDisks, type DiskAudit } from '../../harness/run/disk-audit.ts'
import { brokenSequences, damagedReplicas, shorterReplicas, tornReplicas, unreadReplicas, wrongCheckpoints } from '../../harness/run/disk-audit-facts.ts'
import { partitionState } from '../fake-cluster.ts'
import { temporaryFolder } from '../temporary-folder.ts'

interface Encoded { readonly buffer: Buffer }

const require = createRequire(import.meta.url)
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { readonly RecordBatch: (fields: object) => Promise<Encoded> }
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (fields: object) => Encoded
const Long = require('kafkajs/src/utils/long') as { readonly fromNumber: (value: number) => unknown }

const run = 'disk-test'
const tags = recordTags(run, 'orders')

const valueOf = (sequence: number): Buffer => {
  const [slot] = recordSlots({ count: 1, recordBytes: 60 })
  writeRecord(slot!, tags, { record: recordNumber({ producer: 1, incarnation: 1, sequence }), partition: 0, attempt: 1, at: sequence })

  return slot!.value
}

interface BatchPlan {
  readonly offset: number
  readonly records: readonly number[]
  readonly epoch?: number
  readonly sequence?: number
}

const batchOf = async ({ offset, records, epoch = 1, sequence }: BatchPlan): Promise<Buffer> => {
  const { buffer } = await RecordBatch({
    records: records.map((record, offsetDelta) => encodeRecord({ offsetDelta, timestampDelta: 0, key: null, value: valueOf(record), headers: {} })),
    firstOffset: Long.fromNumber(offset), partitionLeaderEpoch: epoch, lastOffsetDelta: records.length - 1, compression: 0,
    ...sequence === undefined ? {} : { producerId: 9, producerEpoch: 0, firstSequence: sequence }
  })

  return Buffer.from(buffer)
}

const logOf = async (...batches: readonly BatchPlan[]): Promise<Buffer> => Buffer.concat(await Promise.all(batches.map(batchOf)))

const segment = 'orders-0/00000000000000000000.log'
const checkpoint = 'orders-0/leader-epoch-checkpoint'

const diskOf = (files: Readonly<Record<string, Buffer>>): Disk => ({
  list: directories => Promise.resolve(Object.entries(files).filter(([path]) => directories.includes(path.split('/')[0] ?? '')).map(([path, content]) => ({ path, bytes: content.length }))),
  read: async function* (paths) {
    for (const path of paths) {
      yield { path, bytes: Buffer.alloc(0) }
      const content = await Promise.resolve(files[path] ?? Buffer.alloc(0))
      for (let at = 0; at < content.length; at += 50) yield { path, bytes: content.subarray(at, at + 50) }
    }
  }
})

interface Situation {
  readonly logs: readonly Buffer[]
  readonly checkpoints?: readonly string[]
  readonly states?: readonly PartitionState[]
  readonly mostBytes?: number
  /** Brokers whose disk holds no file at all. */
  readonly empty?: readonly number[]
}

interface Audited {
  readonly audit: DiskAudit
  readonly ledger: string
}

const audited = async ({ logs, checkpoints = [], states = [partitionState(0, 1)], mostBytes = 1e6, empty = [] }: Situation): Promise<Audited> => {
  const ledger = temporaryFolder()
  let asked = 0
  const audit = await auditDisks({
    run, ledger, mostBytes, topics: ['orders'], deadlineMs: 10_000, catchUpMs: 0, signal: new AbortController().signal,
    metadata: { partitions: () => Promise.resolve([states[Math.min(asked++, states.length - 1)]!]) },
    disk: broker => diskOf(empty.includes(broker) ? {} : { [segment]: logs[broker - 1] ?? Buffer.alloc(0), [checkpoint]: Buffer.from(checkpoints[broker - 1] ?? '0\n1\n1 0\n') })
  })

  return { audit, ledger }
}

const divergencesIn = async (ledger: string): Promise<readonly unknown[]> => {
  const judgement = judge(await importLedger(ledger), { witnesses: 10 })

  return judgement.findings.filter(({ anomaly }) => anomaly === 'replica-divergence').map(({ level, count, witnesses }) => [level, count, ...witnesses.map(({ id, offset, note }) => `${id} ${offset} ${note}`)])
}

const full: readonly BatchPlan[] = [{ offset: 0, records: [0, 1, 2] }, { offset: 3, records: [3, 4] }]

test('replicas that hold the same are found alike, record by record', async () => {
  const log = await logOf(...full)
  const { audit, ledger } = await audited({ logs: [log, log, log] })

  expect(audit.replicas.map(({ broker, logStart, logEnd, records, foreign, complete }) => [broker, logStart, logEnd, records, foreign, complete])).toEqual([
    [1, 0, 5, 5, 0, true], [2, 0, 5, 5, 0, true], [3, 0, 5, 5, 0, true]
  ])
  expect((await importLedger(ledger)).audits.map(({ replica, rows }) => [replica, [...rows.offset]])).toEqual([1, 2, 3].map(broker => [broker, [0, 1, 2, 3, 4]]))
  expect(await divergencesIn(ledger)).toEqual([])
  expect(unreadReplicas(audit)).toEqual([])
  expect([brokenSequences, wrongCheckpoints, damagedReplicas, tornReplicas].flatMap(tell => tell(audit.replicas))).toEqual([])
})

test('one that holds another record, or leaves one out, diverges', async () => {
  const log = await logOf(...full)
  const other = await audited({ logs: [log, await logOf(full[0]!, { offset: 3, records: [3, 9] }), log] })
  const hole = await audited({ logs: [log, log, await logOf({ offset: 0, records: [0, 1] }, full[1]!)] })

  expect(await divergencesIn(other.ledger)).toMatchObject([['violation', 1, expect.stringMatching(/^p1:[49] 4 brokers 1 and 2$/)]])
  expect(await divergencesIn(hole.ledger)).toMatchObject([['violation', 1, 'p1:2 2 brokers 1 and 3']])
})

test('one that lags, or is being written, is shorter and no less alike', async () => {
  const log = await logOf(...full)
  const { audit, ledger } = await audited({ logs: [log, await logOf(full[0]!), log.subarray(0, log.length - 7)] })

  expect(audit.replicas.map(({ logEnd, complete }) => [logEnd, complete])).toEqual([[5, true], [3, true], [3, true]])
  expect(await divergencesIn(ledger)).toEqual([])
  expect(shorterReplicas(audit.replicas, [{ topic: 'orders', partition: 0, logEnd: 5 }], { highest: ({ offset }) => offset + 1 }).slice(0, 1)).toEqual([
    'The log of orders-0 on broker 2\'s disk ends at 3 (leader epoch 1), its leader\'s at 5; offset 4 was acknowledged.'
  ])
  expect(tornReplicas(audit.replicas)).toEqual([expect.stringMatching(/^The log of orders-0 on broker 3's disk ends within a batch: \d+ bytes stand behind offset 2\.$/)])
  expect(shorterReplicas(audit.replicas, [{ topic: 'orders', partition: 0, logEnd: 3 }], { highest: () => 4 })).toEqual([])
})

test.each([
  ['out of sync before', [partitionState(0, 1, [1, 3]), partitionState(0, 1)], 'its broker was not in sync'],
  ['out of sync after', [partitionState(0, 1), partitionState(0, 1, [1, 3])], 'its broker was not in sync'],
  ['under a new leader', [partitionState(0, 1), partitionState(0, 3)], 'its partition changed hands while it was read']
])('one that was %s is not held to what others hold', async (_, states, reason) => {
  const log = await logOf(...full)
  const { audit, ledger } = await audited({ logs: [log, await logOf({ offset: 0, records: [7, 8] }), log], states })

  expect(await divergencesIn(ledger)).toEqual([])
  expect(unreadReplicas(audit)).toContain(`The log of orders-0 on broker 2's disk was not compared: ${reason}.`)
})

test('a damaged batch is told, and its records\' fingerprints are checked', async () => {
  const log = await logOf(...full)
  const damaged = Buffer.from(log)
  damaged[log.length - 3]! ^= 1
  const { audit, ledger } = await audited({ logs: [log, damaged, log] })
  const findings = judge(await importLedger(ledger), { witnesses: 0 }).findings.filter(({ anomaly }) => anomaly === 'corrupted')

  expect(damagedReplicas(audit.replicas)).toEqual(['1 batches of orders-0 on broker 2\'s disk do not match their checksum.'])
  expect(findings).toMatchObject([{ count: 1, level: 'violation' }])
})

test('numbers of a producer that stand twice are told once for all disks that hold them', async () => {
  const log = await logOf({ offset: 0, records: [0, 1], sequence: 0 }, { offset: 2, records: [0, 1], sequence: 0 }, { offset: 4, records: [2], sequence: 2 })
  const { audit } = await audited({ logs: [log, log, log] })

  expect(brokenSequences(audit.replicas)).toEqual([
    'In orders-0 at offset 2, producer 9 (epoch 0) goes on with number 0 where 2 was due: a batch stands there twice, on the disk of brokers 1, 2, 3.'
  ])
})

test('a checkpoint of epochs that contradicts its log is told', async () => {
  const log = await logOf(full[0]!, { offset: 3, records: [3, 4], epoch: 2 })
  const { audit } = await audited({ logs: [log, log, log], checkpoints: ['0\n2\n1 0\n2 3\n', '0\n1\n1 0\n', '0\n2\n1 0\n2 4\n'] })

  expect(wrongCheckpoints(audit.replicas)).toEqual([
    'The leader-epoch-checkpoint of orders-0 on broker 2\'s disk does not have epoch 2, and the log has it from 3.',
    'The leader-epoch-checkpoint of orders-0 on broker 3\'s disk lets epoch 2 begin at 4, and the log has it from 3.'
  ])
})

test('a log of an old format is told, and the other replicas are read', async () => {
  const log = await logOf(...full)
  const old = Buffer.alloc(34)
  old.writeInt32BE(22, 8)
  const { audit } = await audited({ logs: [log, old, log] })

  expect(audit.replicas.map(({ complete }) => complete)).toEqual([true, false, true])
  expect(unreadReplicas(audit)[0]).toContain('messages of format 0')
})

test('a replica whose disk holds nothing of it is told', async () => {
  const log = await logOf(...full)
  const { audit, ledger } = await audited({ logs: [log, log, log], states: [{ ...partitionState(0, 1), replicas: [1, 2, 3, 4] }], empty: [4] })

  expect(unreadReplicas(audit)).toEqual(['Broker 4\'s disk holds no log of orders-0, which has a replica there.'])
  expect(await divergencesIn(ledger)).toEqual([])
})

test('one of which a listed segment never came is not complete, and diverges from nobody', async () => {
  const first = await logOf({ offset: 0, records: [0] })
  const rest = [await logOf({ offset: 1, records: [1] }), await logOf({ offset: 2, records: [2] })]
  const files = { [segment]: first, 'orders-0/00000000000000000001.log': rest[0]!, 'orders-0/00000000000000000002.log': rest[1]! }
  const whole = diskOf(files)
  const gone: Disk = { ...whole, read: paths => whole.read(paths.filter(path => !path.includes('0001.log'))) }
  const ledger = temporaryFolder()
  const audit = await auditDisks({
    run, ledger, mostBytes: 1e6, topics: ['orders'], deadlineMs: 10_000, catchUpMs: 0, signal: new AbortController().signal,
    metadata: { partitions: () => Promise.resolve([partitionState(0, 1)]) },
    disk: broker => broker === 2 ? gone : whole
  })

  expect(audit.replicas.map(({ complete, reason }) => [complete, reason])).toEqual([[true, undefined], [false, 'a segment was gone when it was to be read'], [true, undefined]])
  expect(await divergencesIn(ledger)).toEqual([])
})

test('more than may be read is left alone', async () => {
  const log = await logOf(...full)
  const { audit, ledger } = await audited({ logs: [log, log, log], mostBytes: log.length * 3 - 1 })

  expect(audit).toEqual({ replicas: [], absent: [], bytes: log.length * 3, tooLarge: true })
  await expect(importLedger(ledger)).rejects.toThrow('holds no ledger')
})

test('a disk that says nothing costs the deadline and no more', async () => {
  const silent: Disk = { list: () => Promise.withResolvers<never>().promise, read: () => { throw new Error('unused') } }
  const order = { run, ledger: temporaryFolder(), mostBytes: 1, catchUpMs: 0, topics: ['orders'], metadata: { partitions: () => Promise.resolve([partitionState(0, 1)]) }, disk: () => silent }

  await expect(auditDisks({ ...order, deadlineMs: 20, signal: new AbortController().signal })).rejects.toThrow('Waited 20 ms for the brokers\' disks.')
})

test('the client\'s own audit stays the effective one', async () => {
  const log = await logOf(...full)
  const { ledger } = await audited({ logs: [log, log, log] })
  const client = openLedger(ledger, { format: 1, run, process: 'audit', topics: ['orders'] })
  client.event({ event: 'audit', topic: 'orders', partition: 0, logStart: 0, logEnd: 0, complete: true })
  client.close()

  expect(judge(await importLedger(ledger), { witnesses: 0 }).counts.logged).toBe(0)
})
