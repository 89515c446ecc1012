/** The pace of a producer: steady by the clock, in batches, and with a bounded backlog after a hold-up. */
import { expect, test } from 'vitest'
import { createPace, type PaceOptions } from '../../harness/workloads/pace.ts'

/** How many records go in each second, asked every millisecond but in `heldUp`. */
const sentPerSecond = (options: PaceOptions, seconds: number, heldUp: readonly [number, number] = [-1, -1]): readonly number[] => {
  const pace = createPace(options)
  const sent = Array.from({ length: seconds }, () => 0)
  for (let ms = 0; ms < seconds * 1000; ms += 1) {
    if (ms >= heldUp[0] && ms < heldUp[1]) continue
    const grant = pace.take(ms)
    if ('records' in grant) sent[Math.floor(ms / 1000)] = (sent[Math.floor(ms / 1000)] ?? 0) + grant.records
  }

  return sent
}

test.each([1, 40, 500, 20_000])('%i records a second go in every second', recordsPerSecond => {
  for (const sent of sentPerSecond({ recordsPerSecond, batchRecords: 500 }, 4).slice(1)) {
    expect(Math.abs(sent - recordsPerSecond)).toBeLessThanOrEqual(Math.max(1, recordsPerSecond * 0.03))
  }
})

test('no send is larger than a batch', () => {
  const pace = createPace({ recordsPerSecond: 1_000_000, batchRecords: 500 })
  pace.take(0)

  expect(pace.take(1000)).toEqual({ records: 500 })
})

test('small sends are 20 ms apart, full ones follow each other', () => {
  const pace = createPace({ recordsPerSecond: 1000, batchRecords: 100 })
  pace.take(0)

  expect(pace.take(50)).toEqual({ records: 50 })
  expect(pace.take(60)).toEqual({ waitMs: 10 })
  expect(pace.take(70)).toEqual({ records: 20 })
  expect([pace.take(270), pace.take(270), pace.take(270)]).toEqual([{ records: 100 }, { records: 100 }, { waitMs: 20 }])
})

test('after a hold-up of a minute one second of it is made up for', () => {
  const sent = sentPerSecond({ recordsPerSecond: 100, batchRecords: 500 }, 70, [2000, 62_000])
  const after = sent.slice(62).reduce((sum, count) => sum + count, 0)

  expect(after).toBeGreaterThan(8 * 100)
  expect(after).toBeLessThanOrEqual(9 * 100 + 5)
})

test('flat out means full batches at once', () => {
  const pace = createPace({ recordsPerSecond: undefined, batchRecords: 500 })

  expect([pace.take(0), pace.take(0)]).toEqual([{ records: 500 }, { records: 500 }])
})

test('a wait is never zero, so that nothing spins', () => {
  const pace = createPace({ recordsPerSecond: 3, batchRecords: 500 })

  for (let ms = 0; ms < 2000; ms += 7) {
    const grant = pace.take(ms)
    if ('waitMs' in grant) expect(grant.waitMs).toBeGreaterThanOrEqual(1)
  }
})
