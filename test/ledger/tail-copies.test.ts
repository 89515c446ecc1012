/** What the tail says of copies: certain whichever way members' files are read, and never made of a redelivery. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { flags, kinds } from '../../harness/ledger/format.ts'
import { pageLimit, seenRecords } from '../../harness/ledger/seen-records.ts'
import { tailLedger } from '../../harness/ledger/tail.ts'
import { openLedger, type Entry } from '../../harness/ledger/writer.ts'
import { recordNumber } from '../../harness/model/record-number.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'ackproof-tail-')) })
afterEach(() => { rmSync(folder, { recursive: true }) })

const member = (name: string, group = 'billing') => openLedger(folder, { format: 1, run: 'r', process: name, topics: ['orders'], member: name, group })
const record = (sequence: number, producer = 1): number => recordNumber({ producer, incarnation: 1, sequence })

type Delivered = readonly [sequence: number, offset: number, more?: Partial<Entry>]

const write = (ledger: ReturnType<typeof member>, ...deliveries: readonly Delivered[]): void => {
  for (const [sequence, offset, more] of deliveries) {
    ledger.append({ kind: kinds.delivered, topic: 0, partition: 0, at: 1, record: record(sequence), value: offset, ...more })
  }
  ledger.flush()
}

/** What one poll finds after each step. */
const copiesAfter = (...steps: readonly (() => void)[]): number => {
  const tail = tailLedger(folder)
  for (const step of steps) {
    step()
    tail.poll()
  }
  const copies = tail.copies().flatMap(({ byProducer }) => [...byProducer.values()]).reduce((sum, count) => sum + count, 0)
  tail.close()

  return copies
}

test('a record that is delivered again at a higher offset is there twice', () => {
  const c1 = member('c1')
  write(c1, [1, 0], [2, 1], [1, 2])
  const tail = tailLedger(folder)
  tail.poll()

  expect(tail.copies()).toEqual([{
    group: 'billing', topic: 'orders', partition: 0, byProducer: new Map([[1, 1]]), witnesses: [{ record: record(1), offset: 2 }]
  }])
  tail.close()
})

test('an offset that is delivered again is no copy', () => {
  const c1 = member('c1')
  expect(copiesAfter(() => { write(c1, [1, 0], [2, 1], [3, 2]) }, () => { write(c1, [1, 0], [2, 1], [3, 2], [4, 3]) })).toBe(0)
})

test('a partition that moves between members makes no copies, whichever file is read first', () => {
  const [c1, c2] = [member('c1'), member('c2')]
  expect(copiesAfter(
    () => { write(c2, [1, 0], [2, 1], [3, 2]) },
    () => {
      write(c1, [3, 2], [4, 3], [5, 4])
      write(c2, [6, 5])
    },
    () => { write(c2, [4, 3], [5, 4], [6, 5], [7, 6]) },
    () => { write(c1, [7, 6], [8, 7]) }
  )).toBe(0)
})

test('a copy is found across members', () => {
  const [c1, c2] = [member('c1'), member('c2')]
  expect(copiesAfter(() => { write(c2, [1, 0], [2, 1]) }, () => { write(c1, [2, 2]) })).toBe(1)
})

test('every surplus copy counts once, and of each group apart', () => {
  const [c1, c2] = [member('c1'), member('c2', 'audit')]
  expect(copiesAfter(() => { write(c1, [1, 0], [1, 1], [1, 2]) }, () => { write(c1, [1, 1], [1, 2]) })).toBe(2)
  expect(copiesAfter(() => { write(c2, [1, 0], [2, 1]) })).toBe(2)
})

test('another attempt, and one that is not known, is no copy', () => {
  const c1 = member('c1')
  expect(copiesAfter(() => { write(c1, [1, 0], [1, 1, { attempt: 2 }], [1, 2, { attempt: 0 }]) })).toBe(0)
  expect(copiesAfter(() => { write(c1, [1, 3, { attempt: 2 }]) })).toBe(1)
})

test('a record that is not intact may be another', () => {
  const c1 = member('c1')
  expect(copiesAfter(() => { write(c1, [1, 0], [1, 1, { flags: flags.torn }], [2, 2, { flags: flags.unchecked }], [2, 3]) })).toBe(0)
})

test('records of the same number of other producers are others', () => {
  const c1 = member('c1')
  expect(copiesAfter(() => { write(c1, [1, 0], [1, 1, { record: record(1, 2) }], [1, 2, { record: record(65_537) }], [1, 3, { record: record(33) }]) })).toBe(0)
})

test('beyond its limit the oldest page is forgotten, and nothing is made up', () => {
  const seen = seenRecords(pageLimit(2))
  const page = 65_536
  expect([seen.add(record(5), 1), seen.add(record(5), 1)]).toEqual([false, true])
  seen.add(record(page), 1)
  seen.add(record(2 * page), 1)

  expect([seen.add(record(5), 1), seen.add(record(2 * page), 1)]).toEqual([false, true])
})
