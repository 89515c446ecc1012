/** What is asked for alarms: an answer counts only where it is whole, and each comes with the times of its question. */
import { expect, test } from 'vitest'
import { lagSeen, underReplicationSeen } from '../../harness/model/alarm.ts'
import { seconds } from '../../harness/model/duration.ts'
import type { Checker } from '../../harness/model/experiment.ts'
import type { Metadata, OffsetRange, PartitionState } from '../../harness/model/metadata.ts'
import { topic } from '../../harness/model/topic.ts'
import { watchAlarms, type Asked } from '../../harness/run/watch-alarms.ts'
import { traced } from './traced-faults.ts'

const orders = topic('orders', { partitions: 2 })
const by = traced().fault
const unnumbered = (questions: readonly Asked[] = []): readonly (boolean | undefined)[] => questions.map(({ on }) => on)

/** The time of a look at the clock is how often it was looked at. */
const ticking = () => {
  let now = 0

  return { origin: { monotonicNs: '0', wallMs: 0 }, now: () => now += 1 }
}

const alarmsOf = (...checkers: readonly Checker[]) => checkers.flatMap(({ alarm }) => alarm ?? [])

const state = (partition: number, isr: readonly number[], name = 'orders'): PartitionState => ({ topic: name, partition, leader: 1, leaderEpoch: 0, replicas: [1, 2, 3], isr })

test('under-replication is told by the watch over leaders, and only by answers about all partitions', async () => {
  const watch = watchAlarms({
    alarms: alarmsOf(underReplicationSeen(orders, { by, within: seconds(20) })), clock: ticking(),
    metadata: { offsets: () => Promise.reject(new Error('not asked')), committedOffsets: () => Promise.reject(new Error('not asked')) }
  })
  const whole = [state(0, [1, 2, 3]), state(1, [1, 2, 3])]
  for (const states of [whole, [state(0, [1, 2, 3]), state(1, [3, 1])], [state(1, [1])], [], [...whole, state(0, [1], 'invoices')]]) watch.answered(states, 0)
  await watch.stop()

  expect(unnumbered(watch.questions()[0])).toEqual([false, true, undefined, undefined, false])
  expect(watch.questions()[0]?.[0]).toEqual({ asked: 0, answered: 1, on: false })
})

interface Told {
  readonly ends: readonly (readonly [partition: number, logEnd: number])[] | Error
  readonly committed: Readonly<Record<string, number>> | Error
}

const orFail = <Value>(value: Value | Error): Promise<Value> => (value instanceof Error ? Promise.reject(value) : Promise.resolve(value))

/** What came of questions that were told this, one after the other. */
const groupWatched = async (...told: readonly Told[]): Promise<readonly Asked[]> => {
  let asked = 0
  const now = (): Told => told[Math.min(asked, told.length) - 1]!
  const metadata: Pick<Metadata, 'offsets' | 'committedOffsets'> = {
    offsets: async () => {
      asked += 1

      return (await orFail(now().ends)).map(([partition, logEnd]): OffsetRange => ({ topic: 'orders', partition, logStart: 0, logEnd }))
    },
    committedOffsets: async () => new Map(Object.entries(await orFail(now().committed)))
  }
  const watch = watchAlarms({ alarms: alarmsOf(lagSeen('billing', { of: orders, records: 100, by, within: seconds(20) })), metadata, clock: ticking(), everyMs: 1 })
  await expect.poll(() => watch.questions()[0]?.length).toBeGreaterThanOrEqual(told.length)
  await watch.stop()

  return (watch.questions()[0] ?? []).slice(0, told.length)
}

test('a group is behind by the end offsets less the committed ones, over all partitions', async () => {
  const questions = await groupWatched(
    { ends: [[0, 60], [1, 60]], committed: { 'orders-0': 10, 'orders-1': 11 } }, { ends: [[0, 60], [1, 60]], committed: { 'orders-0': 10, 'orders-1': 10 } },
    { ends: [[0, 500], [1, 60]], committed: { 'orders-1': 10 } }, { ends: [[0, 500], [1, 10]], committed: { 'orders-0': 450, 'orders-1': 60 } }
  )

  expect(unnumbered(questions)).toEqual([false, true, false, false])
})

test('how far a group is behind is not known without all ends, any commit, or an answer', async () => {
  const failed = new Error('no answer')
  const questions = await groupWatched(
    { ends: [[0, 500]], committed: { 'orders-0': 10 } }, { ends: [[0, 500], [1, 60]], committed: {} },
    { ends: failed, committed: { 'orders-0': 10 } }, { ends: [[0, 500], [1, 60]], committed: failed }, { ends: [[0, 500], [1, 60]], committed: { 'orders-0': 10 } }
  )

  expect(unnumbered(questions)).toEqual([undefined, undefined, undefined, undefined, true])
})
