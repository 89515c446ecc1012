/** Judging while the run goes on: what a change of leader proves and what it does not, what is told, and what ends a run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LiveContract } from '../../harness/checkers/index.ts'
import { kinds } from '../../harness/ledger/format.ts'
import { tailLedger } from '../../harness/ledger/tail.ts'
import { openLedger } from '../../harness/ledger/writer.ts'
import { noDuplicates, noLostWrites, noReordering } from '../../harness/model/demands.ts'
import type { Expectation } from '../../harness/model/experiment.ts'
import type { Anomaly } from '../../harness/model/judgement.ts'
import type { EpochEnd, EpochQuestion, PartitionState } from '../../harness/model/metadata.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { contradictions, judgeLive, type LiveJudgeSetting } from '../../harness/run/live-judge.ts'
import type { Agreement } from '../../harness/run/watch-leaders.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'ackproof-live-')) })
afterEach(() => { rmSync(folder, { recursive: true }) })

const contract: LiveContract = {
  minInsyncReplicas: 2, uncleanLeaderElection: false, compacted: false, powerCuts: false, producers: new Map([[1, { acks: '1', idempotent: false }]])
}
const led = (leader: number | undefined, leaderEpoch: number | undefined): PartitionState =>
  ({ topic: 'orders', partition: 0, leader, leaderEpoch, replicas: [1, 2, 3], isr: [2, 3] })
const before: Agreement = { leader: 1, epoch: 4, at: 99_000 }

interface Story {
  readonly claim?: LiveJudgeSetting['claim']
  readonly answers?: readonly (EpochEnd | undefined | Error)[]
  readonly contracts?: LiveJudgeSetting['contracts']
}

/** Producer p1, acks=1, was acknowledged offsets 0 to 99, one each 1,000 microseconds. */
const begin = ({ claim = { checkers: [noLostWrites] }, answers = [{ end: 80, highWatermark: 85 }], contracts = new Map([['orders', contract]]) }: Story = {}) => {
  const p1 = openLedger(folder, { format: 1, run: 'r', process: 'p1.1', topics: ['orders'], producer: 'p1', incarnation: 1 })
  const c1 = openLedger(folder, { format: 1, run: 'r', process: 'c1', topics: ['orders'], member: 'c1', group: 'billing' })
  const record = (sequence: number): number => recordNumber({ producer: 1, incarnation: 1, sequence })
  for (let offset = 0; offset < 100; offset += 1) {
    p1.append({ kind: kinds.acknowledged, topic: 0, partition: 0, at: offset * 1000, record: record(offset), value: offset })
  }
  p1.flush()
  const tail = tailLedger(folder)
  const told: string[] = []
  const refuted: string[] = []
  const failed: unknown[] = []
  const asked: EpochQuestion[] = []
  const left = [...answers]
  let now = 0
  const live = judgeLive({
    tail, claim, contracts,
    metadata: {
      epochEnd: async question => {
        asked.push(question)
        const answer = left.length > 1 ? left.shift() : left[0]
        if (answer instanceof Error) throw answer

        return answer
      }
    },
    now: () => now,
    tell: sentence => { told.push(sentence) },
    refuted: ({ text }) => { refuted.push(text) },
    failed: error => { failed.push(error) },
    waiting: { everyMs: 1, deadlineMs: 200 }
  })

  return {
    live, told, refuted, failed, asked,
    deliver: (...deliveries: readonly (readonly [sequence: number, offset: number])[]) => {
      for (const [sequence, offset] of deliveries) c1.append({ kind: kinds.delivered, topic: 0, partition: 0, at: 1, record: record(sequence), value: offset })
      c1.flush()
      tail.poll()
      live.look()
    },
    pass: (microseconds: number) => { now += microseconds },
    /** All that was asked has been answered or given up. */
    end: async () => {
      await expect.poll(() => asked.length).toBeGreaterThan(0)
      await expect.poll(() => told.length + failed.length).toBeGreaterThan(0)
      await live.stop()
    }
  }
}

test('what a new leader lacks of what was acknowledged under the old one is lost', async () => {
  const run = begin()
  run.live.changed(led(2, 5), before)
  await run.end()

  expect(run.asked[0]).toEqual({ topic: 'orders', partition: 0, leader: 2, leaderEpoch: 5, epoch: 4 })
  expect(run.told).toEqual([expect.stringMatching(/^at least 20 acknowledged records are gone from orders-0 .* ends at 80\. The contract permits it \(acks=1, .*\), and the claim demands that there is none\.$/)])
  expect(run.refuted).toHaveLength(1)
})

test('what was acknowledged when nobody had asked any more is not counted', async () => {
  const run = begin()
  run.live.changed(led(2, 5), { ...before, at: 89_999 })
  await run.end()

  expect(run.told).toEqual([expect.stringContaining('at least 10 acknowledged records')])
})

/** Nothing is said, however often it was asked. */
const silentAfter = async (story: Story, now: PartitionState, agreed: Agreement | undefined): Promise<void> => {
  const run = begin(story)
  run.live.changed(now, agreed)
  await new Promise(resolve => { setTimeout(resolve, 50) })
  await run.live.stop()

  expect([run.told, run.refuted, run.failed]).toEqual([[], [], []])
}

test.each<[string, Story, PartitionState, Agreement | undefined]>([
  ['the new leader has all of it', { answers: [{ end: 100, highWatermark: 105 }] }, led(2, 5), before],
  ['everything beyond was acknowledged later', {}, led(2, 5), { ...before, at: 79_999 }],
  ['its epoch is not known', {}, led(2, undefined), before],
  ['all brokers were never heard before', {}, led(2, 5), undefined],
  ['the epoch is the same', {}, led(1, 4), before],
  ['nobody leads', {}, led(undefined, 5), before],
  ['the leader does not know', { answers: [undefined] }, led(2, 5), before],
  ['the leader refuses', { answers: [new Error('NOT_LEADER_OR_FOLLOWER')] }, led(2, 5), before],
  ['a replica in sync may still have it', { answers: [{ end: 80, highWatermark: 80 }] }, led(2, 5), before],
  ['the topic\'s contract is not known', { contracts: new Map() }, led(2, 5), before]
])('nothing is lost for certain where %s', (_why, story, now, agreed) => silentAfter(story, now, agreed))

test('it is asked again until every replica in sync has followed', async () => {
  const run = begin({ answers: [new Error('not yet'), undefined, { end: 80, highWatermark: 80 }, { end: 80, highWatermark: 81 }] })
  run.live.changed(led(2, 5), before)
  await run.end()

  expect(run.asked).toHaveLength(4)
  expect(run.told).toHaveLength(1)
})

test('a leader that was followed by another says nothing, and none is counted twice', async () => {
  const run = begin({ answers: [{ end: 80, highWatermark: 80 }, { end: 80, highWatermark: 85 }] })
  run.live.changed(led(2, 5), before)
  run.live.changed(led(3, 6), before)
  await run.end()
  expect(run.told).toEqual([expect.stringContaining('broker 3 (epoch 6) leads now')])
})

test('a second change counts only what the first had not cut off', async () => {
  const run = begin({ answers: [{ end: 90, highWatermark: 95 }, { end: 80, highWatermark: 95 }] })
  run.live.changed(led(2, 5), before)
  await expect.poll(() => run.told.length).toBe(1)
  run.live.changed(led(3, 6), { leader: 2, epoch: 5, at: 99_000 })
  await expect.poll(() => run.told.length).toBe(2)
  await run.live.stop()

  expect(run.told).toEqual([expect.stringContaining('at least 10 acknowledged'), expect.stringContaining('at least 10 acknowledged')])
  expect(run.refuted).toHaveLength(2)
})

const control = (...expects: readonly Expectation[]): LiveJudgeSetting['claim'] => ({ checkers: [], expects })

test('what a control expects is told and refutes nothing', async () => {
  const run = begin({ claim: control({ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' }) })
  run.live.changed(led(2, 5), before)
  await run.end()

  expect(run.told).toEqual([expect.stringMatching(/; this control expects it\.$/)])
  expect(run.refuted).toEqual([])
})

test('what a control hides from its own audit it does not expect to lose', async () => {
  const safe = new Map([['orders', { ...contract, producers: new Map([[1, { acks: 'all' as const, idempotent: true }]]) }]])
  const run = begin({ contracts: safe, claim: control({ anomaly: 'lost', level: 'violation', atLeast: 1, among: 'hidden' }) })
  run.live.changed(led(2, 5), before)
  await run.end()

  expect(run.told).toEqual([expect.stringContaining('The contract forbids it (acks=all')])
  expect(run.refuted).toHaveLength(1)
})

test('what the contract permits refutes only a claim that demands its absence', async () => {
  const run = begin({ claim: { checkers: [noReordering] } })
  run.live.changed(led(2, 5), before)
  await run.end()

  expect(run.told).toHaveLength(1)
  expect(run.refuted).toEqual([])
})

test('copies are told once, and again when they have grown, but not at every look', () => {
  const run = begin({ claim: { checkers: [noDuplicates] } })
  run.deliver([1, 0], [2, 1])
  expect(run.told).toEqual([])

  run.deliver([1, 2])
  run.deliver([2, 3])
  expect(run.told).toEqual([expect.stringContaining('1 copy too many is in orders-0: billing received records at a second offset (p1:1 again at offset 2)')])

  run.pass(5_000_000)
  run.deliver()
  run.pass(5_000_000)
  run.deliver()
  expect(run.told).toEqual([expect.stringContaining('1 copy'), expect.stringContaining('2 copies')])
  expect(run.refuted).toHaveLength(2)
})

test('what was certain must be found by the judges, there and under one of its names', () => {
  const certain = [{ anomalies: ['lost', 'misplaced'] as const, level: 'permitted' as const, partition: 'orders-0', count: 1, text: 'a record is gone', contract: 'acks=1' }]
  const judged = (anomaly: Anomaly, partition: number | null = 0) =>
    ({ findings: [{ anomaly, partition, topic: 'orders', level: 'permitted' as const, count: 1, reason: '', group: null, witnesses: [] }] })

  expect(contradictions(certain, judged('lost'))).toEqual([])
  expect(contradictions(certain, judged('misplaced', null))).toEqual([])
  expect(contradictions([], { findings: [] })).toEqual([])
  expect(contradictions(certain, judged('lost', 1))).toEqual([expect.stringContaining('a record is gone')])
  expect(contradictions(certain, judged('duplicated'))).toHaveLength(1)
})

test('nor does a milder finding show what was a violation for certain', () => {
  const certain = [{ anomalies: ['duplicated'] as const, level: 'violation' as const, partition: 'orders-0', count: 500, text: '500 copies', contract: 'idempotent' }]
  const judged = (anomaly: Anomaly, level: 'permitted' | 'violation') => ({ findings: [{ anomaly, level, partition: 0, topic: 'orders', count: 1, reason: '', group: null, witnesses: [] }] })

  expect(contradictions(certain, judged('duplicated', 'violation'))).toEqual([])
  expect(contradictions(certain, judged('duplicated', 'permitted'))).toHaveLength(1)
  expect(contradictions(certain, judged('vanished', 'permitted'))).toHaveLength(1)
})
