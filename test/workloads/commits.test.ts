/** Which answers to its commits a member waits for, with a client that answers when it is told to. */
import { expect, test } from 'vitest'
import type { BatchControl, CommitResult, DeliveredRecord } from '../../harness/clients/driver.ts'
import type { CommitCalls } from '../../harness/model/workload.ts'
import { commitsBy } from '../../harness/workloads/commits.ts'

const where = { topic: 'orders', partition: 0 }
const upTo = (offset: number): readonly DeliveredRecord[] => [{ offset, leaderEpoch: undefined, value: Buffer.alloc(0) }]
const turn = (): Promise<void> => new Promise(resolve => { setImmediate(() => { resolve() }) })

const member = (calls: CommitCalls) => {
  const told: string[] = []
  const open: number[] = []
  const answers: ((result: CommitResult) => void)[] = []
  let current = true
  let clock = 0
  const control: BatchControl = {
    current: () => current, failing: () => false, done: () => undefined, commitIfDue: async () => undefined, heartbeat: async () => undefined,
    commit: offset => {
      // Whoever is killed from here on has left a trace of it.
      expect(open.at(-1)).toBe(offset)
      told.push(`asked ${offset}`)

      return new Promise(resolve => { answers.push(resolve) })
    }
  }
  const commits = commitsBy({
    calls, now: () => { clock += 1; return clock },
    recorder: {
      flush: () => undefined, committing: ({ offset }) => { open.push(offset) },
      committed: ({ offset, outcome, at, until }) => { told.push(`${outcome} ${offset}, ${at}-${until}`) }
    }
  })

  return { told, answers, commits, control, end: () => { current = false } }
}

const acknowledged: CommitResult = { outcome: 'acknowledged' }

test('sync: the member goes on when the answer is there', async () => {
  const { told, answers, commits, control } = member('sync')
  let went = false
  const commit = commits.afterWork(where, upTo(4), control).then(() => { went = true })
  await turn()
  expect([went, commits.underWay()]).toEqual([false, 1])

  answers[0]?.(acknowledged)
  await commit
  await commits.afterBatch(where, upTo(4), control)
  expect(told).toEqual(['asked 5', 'acknowledged 5, 1-2'])
})

test('async: it goes on at once, and what became of each is on record when it is known', async () => {
  const { told, answers, commits, control } = member('async')
  await commits.afterWork(where, upTo(4), control)
  await commits.afterWork(where, upTo(9), control)
  await commits.afterBatch(where, upTo(9), control)
  expect([told, commits.underWay()]).toEqual([['asked 5', 'asked 10'], 2])

  answers[1]?.({ outcome: 'indeterminate', error: 'timeout' })
  answers[0]?.(acknowledged)
  await turn()
  expect([told.slice(2), commits.underWay()]).toEqual([['indeterminate 10, 2-3', 'acknowledged 5, 1-4'], 0])
})

test('combined: it goes on at once, and asks once more for the last of a batch, which it waits for', async () => {
  const { told, answers, commits, control } = member('combined')
  await commits.afterWork(where, upTo(4), control)
  let over = false
  const batch = commits.afterBatch(where, upTo(4), control).then(() => { over = true })
  answers[0]?.(acknowledged)
  await turn()
  expect([over, told]).toEqual([false, ['asked 5', 'asked 5', 'acknowledged 5, 1-3']])

  answers[1]?.(acknowledged)
  await batch
})

test('combined: of an assignment that has ended nothing more is committed, nor of a batch in which nothing was done', async () => {
  const { told, commits, control, end } = member('combined')
  await commits.afterBatch(where, [], control)
  end()
  await commits.afterBatch(where, upTo(4), control)

  expect(told).toEqual([])
})
