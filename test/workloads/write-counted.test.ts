/** What is put on record of a producer that makes its records itself, and how that is judged. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import type { CountingListener, CountingOptions, Driver, ToldRecord } from '../../harness/clients/driver.ts'
import { importLedger } from '../../harness/ledger/index.ts'
import { openLedger } from '../../harness/ledger/writer.ts'
import { fingerprintFlags, kinds } from '../../harness/ledger/format.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import type { Outcome } from '../../harness/model/recorder.ts'
import { topic } from '../../harness/model/topic.ts'
import type { ProducerPlan } from '../../harness/model/workload.ts'
import { recordProducer } from '../../harness/run/producer-recorder.ts'
import { openCountedWriter, together } from '../../harness/workloads/write-counted.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const orders = topic('orders', { partitions: 2, replicas: 3, minInsyncReplicas: 2 })
const plan: ProducerPlan = {
  kind: 'producer', number: 1, topic: orders, acks: 'all', idempotent: true, maxInFlight: 2, retries: undefined,
  recordBytes: 100, batchRecords: 1000, recordsPerSecond: 3000, onError: 'record'
}
const acknowledged = (baseOffset: number): Outcome => ({ kind: 'acknowledged', baseOffset })
const unknown: Outcome = { kind: 'indeterminate', error: 'TimeoutException' }

/** A client that can be 3 records ahead of its word. */
const opened = async (partitions = 2) => {
  const folder = join(temporaryFolder(), 'ledger')
  const harness = openLedger(folder, { format: 1, run: 'r', process: 'harness', topics: ['orders'] })
  harness.event({ event: 'run', format: 1, run: 'r' })
  harness.event({ event: 'topic', topic: 'orders', partitions, replicas: 3, minInsyncReplicas: 2 })
  harness.close()
  const troubles: string[] = []
  let time = 0
  let listener: CountingListener | undefined
  let given: CountingOptions | undefined
  const openCounting: NonNullable<Driver['openCounting']> = async (options, heard) => {
    listener = heard
    given = options

    return { mostUnheard: 3, start: () => undefined, stop: async () => undefined, kill: async () => undefined, close: async () => undefined }
  }
  const now = (): number => time += 10
  const recorder = recordProducer({
    folder, run: 'r', producer: 1, topic: 'orders', now, contract: { acks: 'all', idempotent: true, maxInFlight: 2, client: 'fake' }
  })
  const writer = await openCountedWriter({ plan: { ...plan, topic: topic('orders', { partitions }) }, run: 'r', openCounting, bootstrap: [], now, recorder, trouble: text => { troubles.push(text) } })
  const told = (...records: readonly (readonly [sequence: number, partition: number | undefined, outcome: Outcome])[]): void => {
    listener?.told(records.map(([sequence, partition, outcome]): ToldRecord => ({ value: `${given?.prefix}.${sequence}`, partition, outcome })))
  }
  /** Sequences found in the log, by partition, from offset 0. */
  const judged = async (...logs: readonly (readonly number[])[]) => {
    await writer.close()
    const audit = openLedger(folder, { format: 1, run: 'r', process: 'audit', topics: ['orders'] })
    for (const [partition, found] of logs.entries()) {
      for (const [offset, sequence] of found.entries()) {
        const record = recordNumber({ producer: 1, incarnation: 1, sequence })
        audit.append({ kind: kinds.logged, flags: fingerprintFlags(undefined), topic: 0, partition, at: 0, attempt: 1, record, value: offset })
      }
      audit.event({ event: 'audit', topic: 'orders', partition, logStart: 0, logEnd: found.length, complete: true })
    }
    audit.close()
    const { counts, findings } = judge(await importLedger(folder), { witnesses: 5 })

    return { counts, findings: findings.map(({ anomaly, level, partition, count }) => [anomaly, level, partition, count]) }
  }

  /** A fault was healed just now. */
  const heals = (): void => {
    const faults = openLedger(folder, { format: 1, run: 'r', process: 'faults', topics: [] })
    for (const phase of ['injecting', 'injected', 'healing', 'healed']) faults.event({ event: 'fault', at: now(), fault: 'f1', phase })
    faults.close()
  }

  return { writer, told, judged, heals, troubles }
}

test('sends are on record before they can happen: as many as can be unheard, and one more for each that was told of', async () => {
  const { writer, told, judged } = await opened()
  writer.start()
  told([0, 0, acknowledged(0)], [1, 0, acknowledged(1)])
  const { counts, findings } = await judged([0, 1], [])

  expect([counts, findings]).toEqual([expect.objectContaining({ sent: 5, acknowledged: 2, indeterminate: 3, logged: 2 }), []])
})

test.each([[1, ['stalled', 'liveness', 0, 1]], [2, undefined]])('of %i partitions, a failed send is known to be for the only one, and that it has stalled', async (partitions, stalled) => {
  const { writer, told, judged, heals } = await opened(partitions)
  heals()
  writer.start()
  told([0, undefined, unknown], [1, undefined, unknown])
  const { findings } = await judged([])

  expect(findings.find(([anomaly]) => anomaly === 'stalled')).toEqual(stalled)
})

test('a record that was written and never told of is none that nobody sent', async () => {
  const { writer, judged } = await opened()
  writer.start()

  expect((await judged([0], [1, 2])).findings).toEqual([])
})

test('a record beyond all that can have been sent is a phantom', async () => {
  const { writer, judged } = await opened()
  writer.start()

  expect((await judged([3], [])).findings).toEqual([['phantom', 'violation', 0, 1]])
})

test('an acknowledged record that is not in the log is lost, in the partition that the client named', async () => {
  const { writer, told, judged } = await opened()
  writer.start()
  told([0, 1, acknowledged(0)], [1, 1, acknowledged(1)])

  expect((await judged([], [0])).findings).toEqual([['lost', 'violation', 1, 1]])
})

test('its order within a partition is that of its count', async () => {
  const { writer, told, judged } = await opened()
  writer.start()
  told([1, 0, acknowledged(0)], [0, 0, acknowledged(1)])

  expect((await judged([1, 0], [])).findings).toEqual([['reordered', 'violation', 0, 1]])
})

test('a second word of one record, or one of a record that it cannot have sent, counts for nothing', async () => {
  const { writer, told, judged, troubles } = await opened()
  writer.start()
  told([0, undefined, unknown], [0, 0, acknowledged(0)], [77, 0, acknowledged(1)])
  const { counts } = await judged([0], [])

  expect([counts.sent, counts.acknowledged, counts.indeterminate, troubles.length]).toEqual([4, 0, 4, 2])
})

test('neighbours go on record together only with one fate, in one partition, at offsets that follow each other', () => {
  const fates = [
    { sequence: 0, partition: 0, outcome: acknowledged(5) }, { sequence: 1, partition: 0, outcome: acknowledged(6) },
    { sequence: 2, partition: 1, outcome: acknowledged(7) }, { sequence: 3, partition: 1, outcome: acknowledged(9) },
    { sequence: 5, partition: 1, outcome: acknowledged(10) }, { sequence: 6, partition: undefined, outcome: unknown }, { sequence: 7, partition: undefined, outcome: unknown },
    { sequence: 8, partition: undefined, outcome: { kind: 'indeterminate' as const, error: 'NetworkException' } }
  ]

  expect(together(fates).map(({ records }) => [records.firstSequence, records.count])).toEqual([[0, 2], [2, 1], [3, 1], [5, 1], [6, 2], [8, 1]])
})
