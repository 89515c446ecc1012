/** What may be said of a run while it goes on: only what no later evidence can take back, at the level that the judges will give it. */
import { expect, test } from 'vitest'
import { certainCopies, certainLosses, type LiveContract, type LiveFinding } from '../../harness/checkers/index.ts'
import type { DeliveredTwice } from '../../harness/checkers/live/certain-copies.ts'
import type { CutOff } from '../../harness/checkers/live/certain-losses.ts'

const contract = (more: Partial<LiveContract> = {}): LiveContract => ({
  minInsyncReplicas: 2,
  uncleanLeaderElection: false,
  compacted: false,
  powerCuts: false,
  producers: new Map([[1, { acks: 'all', idempotent: true }], [2, { acks: 'all', idempotent: false }], [3, { acks: '1', idempotent: false }]]),
  ...more
})

const twice = (more: Partial<DeliveredTwice> = {}): DeliveredTwice => ({
  partition: 'orders-0', group: 'billing', byProducer: new Map([[1, 2]]), witnesses: [{ id: 'p1:17', producer: 1, offset: 4410 }], transactions: false, ...more
})

const cut = (more: Partial<CutOff> = {}): CutOff => ({
  partition: 'orders-0', before: { leader: 1, epoch: 4 }, now: { leader: 2, epoch: 5 }, end: 1, highest: 1402,
  byProducer: new Map([[3, 1402]]), witnesses: [{ id: 'p3:1', producer: 3, offset: 1 }], transactions: false, ...more
})

const inShort = (findings: readonly LiveFinding[]): readonly string[] => findings.map(({ anomalies, level, count }) => `${anomalies[0]} ${count} ${level}`)

test('a copy is a violation of an idempotent producer\'s, and permitted to others', () => {
  expect(inShort(certainCopies(twice({ byProducer: new Map([[1, 2], [2, 3], [3, 4]]) }), contract()))).toEqual(['duplicated 2 violation', 'duplicated 7 permitted'])
  expect(certainCopies(twice(), contract())[0]).toMatchObject({
    text: '2 copies too many are in orders-0: billing received records at a second offset (p1:17 again at offset 4,410)', contract: 'idempotence on'
  })
})

test.each([
  ['the log may be cut off by an unclean election', { uncleanLeaderElection: true }],
  ['the log may be cut off with its only replica', { minInsyncReplicas: 1 }],
  ['the log may be cut off by power cuts', { powerCuts: true }],
  ['compaction decides', { compacted: true }],
  ['the producer is not known', { producers: new Map() }]
])('no copy is certain where %s', (_why, more: Partial<LiveContract>) => {
  expect(certainCopies(twice(), contract(more))).toEqual([])
})

test('no copy and no loss is certain of transactions', () => {
  expect(certainCopies(twice({ transactions: true }), contract())).toEqual([])
  expect(certainLosses(cut({ transactions: true }), contract())).toEqual([])
})

test('a loss is permitted with acks=1, and a violation with acks=all', () => {
  expect(inShort(certainLosses(cut({ byProducer: new Map([[1, 5], [2, 6], [3, 7]]) }), contract()))).toEqual(['lost 11 violation', 'lost 7 permitted'])
  expect(inShort(certainLosses(cut({ byProducer: new Map([[1, 5]]) }), contract({ minInsyncReplicas: 1 })))).toEqual(['lost 5 permitted'])
})

test('a loss is told with the leaders, their epochs and where the log ends', () => {
  expect(certainLosses(cut(), contract())[0]).toMatchObject({
    text: 'at least 1,402 acknowledged records are gone from orders-0 (p3:1 at offset 1): acknowledged up to offset 1,402 when broker 1 (epoch 4) led; '
      + 'broker 2 (epoch 5) leads now, and its log of the epochs before ends at 1',
    contract: 'acks=1, min ISR 2, unclean election off'
  })
})

test.each([
  ['another replica may lead and bring it back', { uncleanLeaderElection: true }],
  ['power cuts decide what is permitted', { powerCuts: true }],
  ['compaction decides', { compacted: true }],
  ['the producer is not known', { producers: new Map() }]
])('no loss is certain where %s', (_why, more: Partial<LiveContract>) => {
  expect(certainLosses(cut(), contract(more))).toEqual([])
})
