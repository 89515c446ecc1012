/** The watch over leaders: each change once, epochs that never go back, and since when all brokers knew no later one. */
import { expect, test } from 'vitest'
import type { PartitionState } from '../../harness/model/metadata.ts'
import { type Agreement, watchLeaders } from '../../harness/run/watch-leaders.ts'
import { fakeMetadata } from '../fake-cluster.ts'

interface Change {
  readonly now: number | undefined
  readonly before: number | undefined
  readonly agreed: Agreement | undefined
}

const state = (leader: number | undefined, leaderEpoch: number, agreed: boolean): PartitionState =>
  ({ topic: 'orders', partition: 0, leader, leaderEpoch, replicas: [1, 2, 3], isr: [1, 2, 3], agreed })

/** What is seen when each question has the next answer; the time of a question is its number. */
const watch = async (...answers: readonly PartitionState[]): Promise<{ readonly changes: readonly Change[], readonly lines: number }> => {
  const changes: Change[] = []
  let asked = 0
  let lines = 0
  const watching = watchLeaders({
    metadata: fakeMetadata({ partitions: () => [answers[Math.min(asked, answers.length) - 1]!] }),
    topics: ['orders'],
    clock: { origin: { monotonicNs: '0', wallMs: 0 }, now: () => asked += 1 },
    write: () => { lines += 1 },
    changed: (now, before, agreed) => { changes.push({ now: now.leaderEpoch, before: before.leaderEpoch, agreed }) },
    everyMs: 1
  })
  await expect.poll(() => asked).toBeGreaterThan(answers.length + 1)
  await watching.stop()

  return { changes, lines }
}

test('a change comes with the last moment at which all brokers knew no later epoch', async () => {
  expect(await watch(state(1, 4, true), state(1, 4, true), state(2, 5, true))).toEqual({
    changes: [{ now: 5, before: 4, agreed: { leader: 1, epoch: 4, at: 2 } }], lines: 2
  })
})

test('answers of some brokers are no agreement', async () => {
  expect((await watch(state(1, 4, true), state(1, 4, false), state(2, 5, false), state(3, 6, false))).changes).toEqual([
    { now: 5, before: 4, agreed: { leader: 1, epoch: 4, at: 1 } },
    { now: 6, before: 5, agreed: { leader: 1, epoch: 4, at: 1 } }
  ])
  expect((await watch(state(1, 4, false), state(2, 5, true))).changes).toEqual([{ now: 5, before: 4, agreed: undefined }])
})

test('an old answer changes nothing, not even the agreement', async () => {
  expect((await watch(state(1, 4, true), state(2, 5, false), state(1, 4, true), state(3, 6, true))).changes.at(-1)).toEqual({
    now: 6, before: 5, agreed: { leader: 1, epoch: 4, at: 1 }
  })
})

test('who asks on gets each answer, without old news, and is told where there was none', async () => {
  const answers: (readonly (number | undefined)[])[] = []
  const given = [state(1, 4, true), undefined, state(2, 5, true), state(1, 4, true), state(2, 5, true)]
  const watching = watchLeaders({
    metadata: { ...fakeMetadata({}), partitions: () => {
      const now = given[Math.min(answers.length, given.length - 1)]

      return now === undefined ? Promise.reject(new Error('no answer')) : Promise.resolve([now])
    } },
    topics: ['orders'], clock: { origin: { monotonicNs: '0', wallMs: 0 }, now: () => 0 }, write: () => undefined, changed: () => undefined,
    answered: states => { answers.push(states.map(({ leaderEpoch }) => leaderEpoch)) },
    everyMs: 1
  })
  await expect.poll(() => answers.length).toBeGreaterThanOrEqual(given.length)
  await watching.stop()

  expect(answers.slice(0, given.length)).toEqual([[4], [], [5], [], [5]])
})
