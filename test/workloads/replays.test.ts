/** When an application goes back over what it has read, and how far. */
import { expect, test } from 'vitest'
import type { DeliveredRecord } from '../../harness/clients/driver.ts'
import { replaysBy } from '../../harness/workloads/replays.ts'

const orders = (partition: number) => ({ topic: 'orders', partition })
const records = (from: number, count: number): readonly DeliveredRecord[] =>
  Array.from({ length: count }, (_, index) => ({ offset: from + index, leaderEpoch: undefined, value: Buffer.alloc(0) }))

test('after so many records of a partition, by so many, and again after as many more', () => {
  const { worked } = replaysBy({ every: 100, records: 30 })

  expect([worked(orders(0), records(0, 60)), worked(orders(1), records(0, 60)), worked(orders(0), records(60, 60))]).toEqual([undefined, undefined, 90])
  expect([worked(orders(0), records(90, 99)), worked(orders(0), records(189, 1))]).toEqual([undefined, 160])
})

test('never to before where it began in this assignment', () => {
  const { assigned, worked } = replaysBy({ every: 20, records: 19 })
  worked(orders(0), records(0, 19))
  assigned([orders(0)])
  worked(orders(0), records(50, 10))

  expect(worked(orders(0), records(500, 10))).toBe(491)
  assigned([orders(0)])
  expect(worked(orders(0), [...records(600, 19), ...records(601, 1)])).toBe(600)
})

test('never, where nobody asked for it', () => {
  expect(replaysBy(undefined).worked(orders(0), records(0, 1000))).toBeUndefined()
})
