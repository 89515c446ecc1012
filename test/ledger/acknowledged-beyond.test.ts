/** Looking back for what was acknowledged at or beyond an offset: exact, in one partition, up to a time. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AcknowledgedBeyond, BeyondQuestion } from '../../harness/ledger/acknowledged-beyond.ts'
import { kinds } from '../../harness/ledger/format.ts'
import { tailLedger, type LedgerTail } from '../../harness/ledger/tail.ts'
import { openLedger } from '../../harness/ledger/writer.ts'
import { recordNumber } from '../../harness/model/record-number.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'ackproof-tail-')) })
afterEach(() => { rmSync(folder, { recursive: true }) })

const producer = (number: number) => openLedger(folder, { format: 1, run: 'r', process: `p${number}.1`, topics: ['other', 'orders'], producer: `p${number}`, incarnation: 1 })
const record = (number: number, sequence: number): number => recordNumber({ producer: number, incarnation: 1, sequence })

/** One acknowledgement for each offset from `from` on, a poll after each hundred; at 1,000 microseconds an offset. */
const acknowledge = (tail: LedgerTail, ledger: ReturnType<typeof producer>, who: number, { from, to }: { readonly from: number, readonly to: number }): void => {
  for (let offset = from; offset < to; offset += 1) {
    ledger.append({ kind: kinds.send, topic: 1, partition: 0, at: offset * 1000, record: record(who, offset), value: offset })
    ledger.append({ kind: kinds.acknowledged, topic: 1, partition: 0, at: offset * 1000, record: record(who, offset), value: offset })
    ledger.append({ kind: kinds.acknowledged, topic: 1, partition: 1, at: offset * 1000, record: record(who, offset), value: offset })
    ledger.append({ kind: kinds.acknowledged, topic: 0, partition: 0, at: offset * 1000, record: record(who, offset), value: offset })
    if (offset % 100 !== 99) continue
    ledger.flush()
    tail.poll()
  }
  ledger.flush()
  tail.poll()
}

const question = (offset: number, until: number, except: BeyondQuestion['except'] = []): BeyondQuestion => ({ topic: 'orders', partition: 0, offset, until, except })
const counts = ({ byProducer }: AcknowledgedBeyond): readonly (readonly [number, number])[] => [...byProducer]

test('counts what was acknowledged at or beyond the offset by that time, of that partition alone', () => {
  const tail = tailLedger(folder)
  acknowledge(tail, producer(1), 1, { from: 0, to: 1000 })

  expect(tail.acknowledgedBeyond(question(900, 950_000))).toEqual({
    highest: 950, byProducer: new Map([[1, 51]]), witnesses: [900, 901, 902, 903, 904].map(offset => ({ record: record(1, offset), offset }))
  })
  expect(counts(tail.acknowledgedBeyond(question(0, 1e9)))).toEqual([[1, 1000]])
  expect(counts(tail.acknowledgedBeyond(question(1000, 1e9)))).toEqual([])
  expect(counts(tail.acknowledgedBeyond(question(900, 899_999)))).toEqual([])
  expect(tail.acknowledgedBeyond({ ...question(0, 1e9), partition: 7 })).toEqual({ highest: -1, byProducer: new Map(), witnesses: [] })
  tail.close()
})

test('a producer that began later is looked at from its beginning', () => {
  const tail = tailLedger(folder)
  acknowledge(tail, producer(1), 1, { from: 0, to: 500 })
  acknowledge(tail, producer(2), 2, { from: 500, to: 600 })

  expect(counts(tail.acknowledgedBeyond(question(450, 1e9)))).toEqual([[1, 50], [2, 100]])
  tail.close()
})

test('what an earlier change has counted is not counted again', () => {
  const tail = tailLedger(folder)
  acknowledge(tail, producer(1), 1, { from: 0, to: 300 })

  expect(counts(tail.acknowledgedBeyond(question(200, 300_000, [{ offset: 250, until: 280_000 }])))).toEqual([[1, 69]])
  tail.close()
})

test('an acknowledgement without an offset is beyond nothing', () => {
  const tail = tailLedger(folder)
  const ledger = producer(1)
  ledger.append({ kind: kinds.acknowledged, topic: 1, partition: 0, at: 1, record: record(1, 0) })
  ledger.flush()
  tail.poll()

  expect(counts(tail.acknowledgedBeyond(question(0, 1e9)))).toEqual([])
  tail.close()
})

test('records of a transaction mark their partition', () => {
  const tail = tailLedger(folder)
  const ledger = producer(1)
  ledger.append({ kind: kinds.send, topic: 1, partition: 0, at: 1, record: record(1, 0) })
  ledger.append({ kind: kinds.send, topic: 1, partition: 1, at: 1, record: record(1, 1), extra: ledger.numberOf('t1') })
  ledger.flush()
  tail.poll()

  expect([tail.hasTransactions('orders-0'), tail.hasTransactions('orders-1')]).toEqual([false, true])
  tail.close()
})
