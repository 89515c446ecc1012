/** How long sends took before, during and after a fault: what belongs to which stretch, and what is left out. */
import { expect, test } from 'vitest'
import { startLatencies } from '../../harness/run/latencies.ts'
import type { FaultLatency } from '../../harness/model/report.ts'
import { evidenceOf, send, type HistoryLine } from '../histories.ts'

interface Sent {
  readonly at: number
  /** Absent: it had no answer. */
  readonly tookMs?: number
  readonly outcome?: string
}

const lines = (sends: readonly Sent[]): readonly HistoryLine[] => sends.flatMap(({ at, tookMs, outcome = 'acknowledged' }, index) => [
  send(`r${index}`, { at: Math.round(at * 1e6) }),
  ...tookMs === undefined ? [] : [{ event: outcome, id: `r${index}`, at: Math.round(at * 1e6 + tookMs * 1000) }]
])

const fault = (from: number, to: number) => ({ injectingAt: from * 1e6, injectedAt: from * 1e6 + 1, healedAt: to * 1e6 })

const measured = async (faults: Parameters<typeof startLatencies>[0], ...parts: readonly (readonly Sent[])[]): Promise<readonly FaultLatency[]> => {
  const measuring = startLatencies(faults)
  for (const part of parts) measuring.add(await evidenceOf(lines(part)))

  return measuring.latencies()
}

const many = (count: number, sent: Sent): readonly Sent[] => Array.from({ length: count }, () => sent)

test('a fault is told by what sends took that were invoked before, under and after it', async () => {
  const [latency] = await measured([fault(20, 30)], [
    { at: 5, tookMs: 9000 }, { at: 19, tookMs: 10 }, { at: 20, tookMs: 600 }, { at: 29.9, tookMs: 600 }, { at: 30, tookMs: 20 }, { at: 41, tookMs: 9000 }
  ])

  expect(latency).toMatchObject({ before: { sends: 1 }, during: { sends: 2 }, after: { sends: 1 } })
  expect(latency?.before?.p99Ms).toBeCloseTo(10, 0)
  expect(latency?.during?.p99Ms).toBeGreaterThanOrEqual(600)
  expect(latency?.during?.p99Ms).toBeLessThan(615)
  expect(latency?.after?.p50Ms).toBeCloseTo(20, 0)
})

test('two in a hundred that were slow are the ninety-ninth, and one is not', async () => {
  const p99 = async (slow: number): Promise<number> =>
    (await measured([fault(20, 30)], [...many(100 - slow, { at: 21, tookMs: 10 }), ...many(slow, { at: 22, tookMs: 1000 })]))[0]?.during?.p99Ms ?? NaN

  expect(await p99(1)).toBeLessThan(11)
  expect(await p99(2)).toBeGreaterThanOrEqual(1000)
})

test('what is measured does not depend on how many parts the evidence came in', async () => {
  const sends = Array.from({ length: 200 }, (_, index): Sent => ({ at: 15 + index / 10, tookMs: index * index / 7 }))

  expect(await measured([fault(20, 30)], sends.slice(0, 90), sends.slice(90))).toEqual(await measured([fault(20, 30)], sends))
})

test('before and after end where another fault heals or begins', async () => {
  const [first, second] = await measured([fault(20, 22), fault(26, 30)], [{ at: 21, tookMs: 500 }, { at: 24, tookMs: 10 }, { at: 27, tookMs: 700 }, { at: 31, tookMs: 10 }])

  expect(first).toMatchObject({ during: { sends: 1 }, after: { sends: 1 } })
  expect(second).toMatchObject({ before: { sends: 1 }, during: { sends: 1 }, after: { sends: 1 } })
})

test('what was not acknowledged has no time, and a fault that never struck or was not healed none of its own', async () => {
  expect(await measured([fault(20, 30)], [{ at: 21 }, { at: 22, tookMs: 10, outcome: 'rejected' }, { at: 23, tookMs: 10, outcome: 'indeterminate' }])).toEqual([{}])
  expect(await measured([{ injectingAt: 20e6, injectedAt: undefined, healedAt: undefined }], [{ at: 21, tookMs: 5 }])).toEqual([{}])
})
