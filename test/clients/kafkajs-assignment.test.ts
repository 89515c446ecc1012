/** What a member owns and from where it reads, told soundly or not at all. */
import { expect, test, vi } from 'vitest'
import { beginAssignment, type CommittedOffsets } from '../../harness/clients/kafkajs/assignment.ts'

const first = { topic: 'orders', partition: 0 }
const second = { topic: 'orders', partition: 1 }

const begin = (committed: () => Promise<CommittedOffsets>) => {
  const listener = { assigned: vi.fn(), positioned: vi.fn(), revoked: vi.fn(), sought: vi.fn() }

  return { listener, assignment: beginAssignment([first, second], listener, committed) }
}

test('a position is the group\'s commit, told even for a partition that never delivers', async () => {
  const { listener, assignment } = begin(async () => new Map([['orders-0', 17], ['orders-1', 4]]))
  await assignment.fetched(first, 17)

  expect(listener.assigned).toHaveBeenCalledExactlyOnceWith([first, second])
  expect(listener.positioned.mock.calls).toEqual([[first, 17], [second, 4]])
  expect(listener.sought).not.toHaveBeenCalled()
})

test('without a commit the first fetch tells the position', async () => {
  const { listener, assignment } = begin(async () => new Map())
  await assignment.fetched(first, 5)
  await assignment.fetched(first, 9)

  expect(listener.positioned.mock.calls).toEqual([[first, 5]])
})

test('when nobody answers what was committed, the first fetch tells it too', async () => {
  const { listener, assignment } = begin(async () => { throw new Error('black hole') })
  await assignment.fetched(second, 3)

  expect(listener.positioned.mock.calls).toEqual([[second, 3]])
})

test('a reset that kafkajs told of is a seek', async () => {
  const { listener, assignment } = begin(async () => new Map([['orders-0', 100]]))
  assignment.outOfRange(first)
  await assignment.fetched(first, 0)

  expect(listener.positioned.mock.calls).toEqual([[first, 100]])
  expect(listener.sought.mock.calls).toEqual([[first, 0]])
})

test('an assignment ends once, and tells nothing afterwards', async () => {
  const answer = Promise.withResolvers<CommittedOffsets>()
  const { listener, assignment } = begin(() => answer.promise)
  assignment.end()
  assignment.end()
  answer.resolve(new Map([['orders-0', 17]]))
  await assignment.fetched(first, 17)

  expect(listener.revoked).toHaveBeenCalledExactlyOnceWith([first, second])
  expect(listener.positioned).not.toHaveBeenCalled()
  expect(assignment.active()).toBe(false)
})
