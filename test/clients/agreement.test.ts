/** Which answer holds where brokers differ: epochs, then numbers, and never chance. */
import { expect, test } from 'vitest'
import { activeController, mostShared, partitionsAgreed, untilAgreed, type Agreement } from '../../harness/clients/agreement.ts'
import { partitionState } from '../fake-cluster.ts'

test.for<[string, (readonly number[])[], Agreement<readonly number[]>]>([
  ['one answer is the answer', [[1, 2]], { agreed: [1, 2] }],
  ['two against one', [[1, 3], [1, 2, 3], [1, 2, 3]], { agreed: [1, 2, 3] }],
  ['more than any other is enough', [[1], [1, 2, 3], [2], [1, 2, 3]], { agreed: [1, 2, 3] }],
  ['one against one is not known', [[1, 2, 3], [1, 3]], { differing: [[1, 2, 3], [1, 3]] }],
  ['each for itself is not known', [[1], [2], [3]], { differing: [[1], [2], [3]] }],
  ['nothing is not known', [], { differing: [] }]
])('%s', ([, views, expected]) => {
  expect(mostShared(views)).toEqual(expected)
})

const epoch = (leader: number, leaderEpoch: number, isr: readonly number[] = [1, 2, 3]) => ({ ...partitionState(0, leader, isr), leaderEpoch })

test('the highest leader epoch wins, whoever is in the majority', () => {
  expect(partitionsAgreed([epoch(1, 3), epoch(1, 3), epoch(2, 4)], { of: 3 })).toMatchObject({ agreed: [{ leader: 2, leaderEpoch: 4, agreed: true }] })
})

test('within an epoch a tie about who is in sync is not known, whichever answer came first', () => {
  const [whole, shrunk] = [epoch(1, 3), epoch(1, 3, [1, 2])]

  expect(partitionsAgreed([whole, shrunk], { of: 3 })).toMatchObject({ differing: [{ isr: [1, 2, 3] }, { isr: [1, 2] }] })
  expect(partitionsAgreed([shrunk, whole], { of: 3 })).toHaveProperty('differing')
  expect(partitionsAgreed([whole, shrunk, shrunk], { of: 3 })).toMatchObject({ agreed: [{ isr: [1, 2] }] })
})

test('the order in which replicas in sync are told is no difference', () => {
  expect(partitionsAgreed([epoch(1, 3, [2, 1]), epoch(1, 3, [1, 2])], { of: 2 })).toMatchObject({ agreed: [{ isr: [1, 2] }] })
})

test('a partition is told as heard of all only where every broker was', () => {
  expect(partitionsAgreed([epoch(1, 3), epoch(1, 3)], { of: 3 })).toMatchObject({ agreed: [{ agreed: false }] })
})

test('the controller is the leader of the latest epoch; who does not know it denies nothing', () => {
  expect(activeController([{ leaderId: 1, leaderEpoch: 7 }, { leaderId: 2, leaderEpoch: 8 }])).toBe(2)
  expect(activeController([{ leaderId: -1, leaderEpoch: 8 }, { leaderId: 2, leaderEpoch: 8 }])).toBe(2)
  expect(activeController([{ leaderId: 1, leaderEpoch: 7 }, { leaderId: -1, leaderEpoch: 8 }])).toBeUndefined()
  expect(activeController([])).toBeUndefined()
})

test('a tie is asked again until it is none', async () => {
  const answers: Agreement<number>[] = [{ differing: [1, 2] }, { differing: [1, 2] }, { agreed: 2 }]
  let asked = 0

  expect(await untilAgreed(() => Promise.resolve(answers[asked++] ?? { agreed: 0 }), { what: 'a number' })).toBe(2)
  expect(asked).toBe(3)
})

test('a tie that stays one is an error that says who differs, and a failed question is one at once', async () => {
  await expect(untilAgreed(() => Promise.resolve({ differing: [[1, 2], [1]] }), { what: 'who lives', deadlineMs: 0 }))
    .rejects.toThrow('The brokers disagree on who lives: [1,2] against [1].')
  await expect(untilAgreed(() => Promise.reject(new Error('No broker answered.')), { what: 'who lives' })).rejects.toThrow('No broker answered.')
})
