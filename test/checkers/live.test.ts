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

test('one copy and one loss are told in the singular', () => {
  expect(certainCopies(twice({ byProducer: new Map([[1, 1]]), witnesses: [] }), contract())[0]?.text).toBe('1 copy too many is in orders-0: billing received records at a second offset')
  expect(certainLosses(cut({ byProducer: new Map([[1, 1]]), witnesses: [] }), contract())[0]?.text).toBe(
    'at least 1 acknowledged record is gone from orders-0: acknowledged up to offset 1,402 when broker 1 (epoch 4) led; broker 2 (epoch 5) leads now, and its log of the epochs before ends at 1'
  )
})

test('a finding has its place, its contract, and three witnesses of its own kind', () => {
  const witnesses = [2, 1, 1, 3, 1, 1].map((producer, index) => ({ id: `p${producer}:${index}`, producer, offset: 1000 + index }))
  expect(certainCopies(twice({ byProducer: new Map([[2, 4_000]]), witnesses }), contract())).toEqual([{
    anomalies: ['duplicated'], level: 'permitted', partition: 'orders-0', count: 4_000,
    text: '4,000 copies too many are in orders-0: billing received records at a second offset (p2:0 again at offset 1,000, p3:3 again at offset 1,003)', contract: 'idempotence off'
  }])
  expect(certainCopies(twice({ witnesses }), contract())[0]?.text)
    .toContain('(p1:1 again at offset 1,001, p1:2 again at offset 1,002, p1:4 again at offset 1,004)')
  expect(certainLosses(cut({ byProducer: new Map([[1, 4], [3, 1]]), witnesses, before: { leader: undefined, epoch: 4 } }), contract({ minInsyncReplicas: 1 }))).toEqual([
    {
      anomalies: ['lost', 'misplaced'], level: 'permitted', partition: 'orders-0', count: 4, contract: 'acks=all, min ISR 1, unclean election off',
      text: 'at least 4 acknowledged records are gone from orders-0 (p2:0 at offset 1,000, p1:1 at offset 1,001, p1:2 at offset 1,002): acknowledged up to offset 1,402 when '
        + 'a broker (epoch 4) led; broker 2 (epoch 5) leads now, and its log of the epochs before ends at 1'
    },
    {
      anomalies: ['lost', 'misplaced'], level: 'permitted', partition: 'orders-0', count: 1, contract: 'acks=1, min ISR 1, unclean election off',
      text: 'at least 1 acknowledged record is gone from orders-0 (p3:3 at offset 1,003): acknowledged up to offset 1,402 when '
        + 'a broker (epoch 4) led; broker 2 (epoch 5) leads now, and its log of the epochs before ends at 1'
    }
  ])
})
