/** Work after the last healing: what the evidence must hold, and how long the load goes on for it. */
import { expect, test, vi } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import { topic as plannedTopic } from '../../harness/model/topic.ts'
import { idleAfterHealing, untilAcknowledgedAgain } from '../../harness/run/after-healing.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { acknowledged, evidenceOf, fault, indeterminate, rejected, send, topic, written, type HistoryLine } from '../histories.ts'

const healed = (at: number): HistoryLine[] => [fault('kill it', 'injecting', { at: 50 }), fault('kill it', 'injected', { at: 51, evidence: 'gone' }), fault('kill it', 'healed', { at })]

const idle = async (...lines: readonly HistoryLine[]): Promise<readonly string[]> => {
  const evidence = await evidenceOf([topic(), ...lines])

  return idleAfterHealing(evidence, judge(evidence))
}

test('a partition that acknowledged what was sent after the healing works', async () => {
  expect(await idle(...healed(60), send('a', { at: 61 }), acknowledged('a', 0, { at: 62 }))).toEqual([])
})

test('a partition to which nothing more was sent, or only what was rejected, does not show that it works', async () => {
  const [before] = [written('a', 0, { at: 10 })]

  expect(await idle(...before, ...healed(1000))).toEqual([expect.stringContaining('sent to orders-0 after the last fault had healed')])
  expect(await idle(...before, ...healed(1000), send('b', { at: 1001 }), rejected('b', { at: 1002 }))).toHaveLength(1)
})

test('an answer after the healing to what was sent before it is not enough', async () => {
  expect(await idle(...healed(60), send('a', { at: 59 }), acknowledged('a', 0, { at: 62 }))).toHaveLength(1)
})

test('each partition must: the work of another is none of its own', async () => {
  const lines = [send('a', { at: 10 }), acknowledged('a', 0, { at: 11 }), ...healed(60), send('b', { at: 61, partition: 1 }), acknowledged('b', 0, { at: 62 })]

  expect(await idle(...lines)).toEqual([expect.stringContaining('orders-0')])
})

test('a partition that has stalled is told as that, and nothing is asked of a run without a fault', async () => {
  expect(await idle(...healed(60), send('a', { at: 61 }), indeterminate('a', { at: 62 }))).toEqual([])
  expect(await idle(send('a', { at: 61 }))).toEqual([])
})

const workload = numberedWrites({ to: plannedTopic('orders', { partitions: 2 }), acks: 'all', producers: 1 })

test('the load goes on until each partition has acknowledged again', async () => {
  const counts = [5, 5]
  let polls = 0
  await untilAcknowledgedAgain({ driver: { name: 'kafkajs' }, clients: workload.clients, schedule: [{} as never], signal: new AbortController().signal }, {
    poll: () => {
      polls += 1
      if (polls === 2) counts[0] = 6
      if (polls === 4) counts[1] = 6
    },
    partitions: () => new Map(counts.map((acknowledged, partition) => [`orders-${partition}`, { acknowledged }]))
  })

  expect(polls).toBe(4)
})

test('where sends are announced, those are waited out first that were announced before the healing', async () => {
  vi.useFakeTimers()
  try {
    let polls = 0
    const waited = untilAcknowledgedAgain({ driver: { name: 'java' }, clients: workload.clients, schedule: [{} as never], signal: new AbortController().signal }, {
      poll: () => { polls += 1 }, partitions: () => new Map([0, 1].map(partition => [`orders-${partition}`, { acknowledged: polls }]))
    })
    await vi.advanceTimersByTimeAsync(5900)
    expect(polls).toBe(0)
    await vi.advanceTimersByTimeAsync(200)
    await waited
    expect(polls).toBe(2)
  } finally {
    vi.useRealTimers()
  }
})

test('without a fault nothing is waited for, and an abort ends the wait', async () => {
  const never = { poll: () => { throw new Error('asked') }, partitions: () => new Map() }

  await untilAcknowledgedAgain({ driver: { name: 'kafkajs' }, clients: workload.clients, schedule: [], signal: new AbortController().signal }, never)
  await expect(untilAcknowledgedAgain({ driver: { name: 'kafkajs' }, clients: workload.clients, schedule: [{} as never], signal: AbortSignal.abort(new Error('stop')) }, never)).rejects.toThrow('stop')
})
