/** The ledger's tail: it counts what is new, once, from files that grow while it looks. */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { kinds } from '../../harness/ledger/format.ts'
import { tailLedger } from '../../harness/ledger/tail.ts'
import { openLedger } from '../../harness/ledger/writer.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder: string
beforeEach(() => { folder = temporaryFolder() })

const producer = () => openLedger(folder, { format: 1, run: 'r', process: 'p1.1', topics: ['orders'], producer: 'p1', incarnation: 1 })
const member = () => openLedger(folder, { format: 1, run: 'r', process: 'c1', topics: ['orders'], member: 'c1', group: 'billing' })

test('an empty or missing folder is all zeros', () => {
  const tail = tailLedger(join(folder, 'not-there-yet'))
  tail.poll()

  expect(tail.total()).toMatchObject({ sent: 0, acknowledged: 0, delivered: 0 })
})

test('what is written between two polls is counted once', () => {
  const ledger = producer()
  const tail = tailLedger(folder)
  for (let record = 0; record < 100_000; record += 1) ledger.append({ kind: kinds.send, topic: 0, partition: record % 2, at: record, record })
  ledger.flush()
  tail.poll()
  ledger.append({ kind: kinds.acknowledged, topic: 0, partition: 1, at: 2 ** 40, record: 1, value: 7 })
  ledger.append({ kind: kinds.rejected, topic: 0, partition: 0, at: 5, record: 2 })
  ledger.append({ kind: kinds.indeterminate, topic: 0, partition: 0, at: 5, record: 4 })
  ledger.flush()
  tail.poll()
  tail.poll()

  expect(tail.partitions().get('orders-0')).toMatchObject({ sent: 50_000, acknowledged: 0, rejected: 1, indeterminate: 1, lastSentAt: 99_998 })
  expect(tail.partitions().get('orders-1')).toMatchObject({ sent: 50_000, acknowledged: 1, lastAcknowledgedAt: 2 ** 40 })
  expect(tail.total()).toMatchObject({ sent: 100_000, acknowledged: 1, rejected: 1, indeterminate: 1 })
})

test('a torn entry waits for its other half', () => {
  const ledger = producer()
  const tail = tailLedger(folder)
  const entry = Buffer.alloc(32)
  entry[0] = kinds.send
  appendFileSync(join(folder, 'p1.1.ledger'), entry.subarray(0, 20))
  tail.poll()
  expect(tail.total().sent).toBe(0)

  appendFileSync(join(folder, 'p1.1.ledger'), entry.subarray(20))
  tail.poll()
  expect(tail.total().sent).toBe(1)
  ledger.close()
})

test('a group\'s position is past its deliveries and where it was positioned; its commits are told apart', () => {
  const ledger = member()
  const tail = tailLedger(folder)
  const line = { member: 'c1', group: 'billing', topic: 'orders' }
  ledger.append({ kind: kinds.delivered, topic: 0, partition: 0, at: 1, record: 1, value: 41 })
  ledger.event({ event: 'offset-commit', ...line, partition: 1, at: 1, until: 2, offset: 17, outcome: 'acknowledged' })
  ledger.event({ event: 'offset-commit', ...line, partition: 1, at: 1, until: 2, offset: 99, outcome: 'rejected' })
  ledger.event({ event: 'assigned', ...line, partition: 2, at: 1 })
  ledger.event({ event: 'assigned', ...line, partition: 2, at: 1, position: 5 })
  ledger.flush()
  tail.poll()

  expect(Object.fromEntries(tail.positions('billing'))).toEqual({
    'orders-0': { next: 42, committed: 0 }, 'orders-1': { next: 0, committed: 17 }, 'orders-2': { next: 5, committed: 0 }
  })
  expect(tail.positions('another').size).toBe(0)
  tail.close()
})

test.each([['after-work', 17], ['before-work', 0], ['automatic', 0]])('a commit of a group that commits %s brings it to %i', (commits, next) => {
  const ledger = member()
  const tail = tailLedger(folder)
  const line = { member: 'c1', group: 'billing' }
  ledger.event({ event: 'member', ...line, commits })
  ledger.event({ event: 'offset-commit', ...line, topic: 'orders', partition: 0, at: 1, until: 2, offset: 17, outcome: 'acknowledged' })
  ledger.flush()
  tail.poll()

  expect(tail.positions('billing').get('orders-0')).toEqual({ next, committed: 17 })
  tail.close()
})
