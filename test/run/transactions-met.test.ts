/** What runs of transactions have to show: histories in which a fenced producer tried to write, a reader saw what was aborted, and a fault met a commit. */
import { expect, test } from 'vitest'
import { commitsOfTheReplaced, deliveriesOfAborted, meetsCommit, sendsOfTheFenced } from '../../harness/run/transactions-met.ts'
import { acknowledged, assigned, audit, commit, delivered, evidenceOf, logged, member, producer, rejected, revoked, send, topic, transaction, type HistoryLine } from '../histories.ts'

const id = { transactionalId: 'orders-0' }
const fenced = async (...lines: readonly HistoryLine[]): Promise<number> => sendsOfTheFenced(await evidenceOf([topic(), ...lines])).refused

const takenOver = [producer('p1', { ...id, at: 10 }), producer('p2', { ...id, at: 100 })]

test('a send that began after its transactional id had been taken over, and failed, is one of the fenced', async () => {
  expect(await fenced(...takenOver, send('a', { at: 150 }), rejected('a', { at: 160 }), send('b', { at: 170 }), { event: 'indeterminate', id: 'b', at: 180 })).toBe(2)
})

test('one that was acknowledged all the same is told apart', async () => {
  const evidence = await evidenceOf([topic(), ...takenOver, send('a', { at: 150 }), acknowledged('a', 0, { at: 160 })])

  expect(sendsOfTheFenced(evidence)).toEqual({ refused: 0, acknowledged: 1 })
})

test.each<[string, readonly HistoryLine[]]>([
  ['that began before', [...takenOver, send('a', { at: 90 }), rejected('a', { at: 160 })]],
  ['that was acknowledged', [...takenOver, send('a', { at: 150 }), acknowledged('a', 0, { at: 160 })]],
  ['without an outcome, as one of a process that was killed', [...takenOver, send('a', { at: 150 })]],
  ['of the one who took over', [...takenOver, send('a', { producer: 'p2', at: 150 }), rejected('a', { at: 160 })]],
  ['under another id', [producer('p1', { transactionalId: 'other', at: 10 }), producer('p2', { ...id, at: 100 }), send('a', { at: 150 }), rejected('a', { at: 160 })]],
  ['of one whose successor is not known to be the later one', [producer('p1', { ...id, at: 10 }), { event: 'producer', producer: 'p2', ...id }, send('a', { at: 150 }), rejected('a', { at: 160 })]]
])('a send %s is none of them', async (_, lines) => {
  expect(await fenced(...lines)).toBe(0)
})

const groups = [topic({ partitions: 2 }), producer('p1'), member({ commits: 'transactional' }), member({ member: 'c2', commits: 'transactional' })]
const replaced = [assigned({ at: 10, position: 0 }), assigned({ member: 'c2', at: 50, position: 0 })]
const late = async (...lines: readonly HistoryLine[]): Promise<unknown> => commitsOfTheReplaced(await evidenceOf([...groups, ...lines]))

test('a commit that a member asked for when another had been given its partition is a late one, whatever it had been told, and counts by its outcome', async () => {
  expect(await late(...replaced, commit(5, { at: 80, outcome: 'rejected' }))).toEqual({ refused: 1, acknowledged: 0 })
  expect(await late(...replaced, revoked({ at: 70 }), commit(5, { at: 80, outcome: 'rejected' }))).toEqual({ refused: 1, acknowledged: 0 })
  expect(await late(...replaced, commit(5, { at: 80 }))).toEqual({ refused: 0, acknowledged: 1 })
})

test.each<[string, readonly HistoryLine[]]>([
  ['before that', [...replaced, commit(5, { at: 40, until: 90, outcome: 'rejected' })]],
  ['that is in doubt', [...replaced, commit(5, { at: 80, outcome: 'indeterminate' })]],
  ['that failed for a reason of its own, in a transaction that was aborted', [
    ...replaced, transaction('t', 'begun', { at: 75 }), commit(5, { at: 80, outcome: 'indeterminate', transaction: 't' }), transaction('t', 'aborted', { at: 90 })
  ]],
  ['of the one who was given it last', [...replaced, commit(5, { member: 'c2', at: 80, outcome: 'rejected' })]],
  ['after it was given it again', [...replaced, assigned({ at: 70, position: 0 }), commit(5, { at: 80, outcome: 'rejected' })]],
  ['of a member that was never given it', [assigned({ member: 'c2', at: 50, position: 0 }), commit(5, { at: 80, outcome: 'rejected' })]],
  ['in another partition', [...replaced, assigned({ partition: 1, at: 20, position: 0 }), commit(5, { partition: 1, at: 80, outcome: 'rejected' })]],
  ['of a member without transactions, of which nobody knows whether it was sent', [
    member({ member: 'c3', commits: 'after-work' }), assigned({ member: 'c3', at: 10, position: 0 }), ...replaced, commit(5, { member: 'c3', at: 80, outcome: 'rejected' })
  ]]
])('a commit %s is none', async (_, lines) => {
  expect(await late(...lines)).toEqual({ refused: 0, acknowledged: 0 })
})

test('deliveries of aborted records are counted, and those of others are not', async () => {
  const lines = [
    topic(), producer('p1'), member({ isolation: 'read_uncommitted' }), send('a'), send('b'), send('c'),
    delivered('a', 0), delivered('b', 1), delivered('b', 1), delivered('c', 2), logged('a', 0, { committed: true }), logged('b', 1, { committed: false }), logged('c', 2), audit(4)
  ]

  expect(deliveriesOfAborted(await evidenceOf(lines))).toBe(2)
})

test('what another record took the place of, in a log that was cut off, was not that aborted one', async () => {
  const lines = [
    topic(), producer('p1'), member({ isolation: 'read_uncommitted' }), send('a'), send('b'), delivered('a', 0), logged('b', 0, { committed: false }), audit(2)
  ]

  expect(deliveriesOfAborted(await evidenceOf(lines))).toBe(0)
})

const secondUs = 1_000_000
const blow = { injectingAt: 10 * secondUs, injectedAt: 10.1 * secondUs }
type Phases = readonly (readonly [phase: string, at: number])[]
const lines = (phases: Phases): readonly HistoryLine[] => [
  topic(), producer('p1', id), send('a', { at: 8 * secondUs, transaction: 't' }), ...phases.map(([phase, at]) => transaction('t', phase, { at: at * secondUs }))
]
const met = async (...phases: Phases): Promise<boolean> => meetsCommit(await evidenceOf(lines(phases)), blow)
const waited: Phases = [['begun', 8], ['committing', 9.9], ['committed', 12]]

test('a commit that is asked for before a fault and ends after it has met it', async () => {
  expect(await met(...waited)).toBe(true)
  expect(await met(['begun', 8], ['committing', 9.9], ['indeterminate', 12])).toBe(true)
  expect(await met(['begun', 8], ['committing', 9.9], ['indeterminate', 10.05])).toBe(true)
})

test.each<[string, Phases]>([
  ['answered before the fault had struck', [['begun', 8], ['committing', 9.99], ['committed', 10.05]]],
  ['asked for under the fault', [['begun', 8], ['committing', 10.01], ['committed', 12]]],
  ['given up shortly before it', [['begun', 8], ['committing', 9.9], ['indeterminate', 9.95]]],
  ['never told of again', [['begun', 8], ['committing', 9.9]]],
  ['an abort', [['begun', 8], ['aborting', 9.9], ['aborted', 12]]],
  ['aborted by whoever took over', [['begun', 8], ['committing', 9.9], ['aborted', 12]]]
])('one that is %s has not', async (_, phases) => {
  expect(await met(...phases)).toBe(false)
})

test('where it is known whose transactions the victims coordinated, only theirs count', async () => {
  const evidence = await evidenceOf(lines(waited))

  expect(meetsCommit(evidence, { ...blow, transactionalIds: ['orders-0', 'orders-1'] })).toBe(true)
  expect(meetsCommit(evidence, { ...blow, transactionalIds: ['orders-1'] })).toBe(false)
})

test('one that was given up after the fault was due and before its first step has not', async () => {
  const evidence = await evidenceOf(lines([['begun', 8], ['committing', 9.9], ['indeterminate', 10.02]]))

  expect(meetsCommit(evidence, { ...blow, begunAt: 10.01 * secondUs })).toBe(true)
  expect(meetsCommit(evidence, { ...blow, begunAt: 10.03 * secondUs })).toBe(false)
})

test('a fault that did not strike has met none', async () => {
  expect(meetsCommit(await evidenceOf(lines(waited)), { injectingAt: blow.injectingAt, injectedAt: undefined })).toBe(false)
})
