/** Whether a killed producer was in the midst of something: histories of a few lines each, killed at 100 and healed at 200. */
import { expect, test } from 'vitest'
import type { FaultRun } from '../../harness/run/fault-run.ts'
import { measureOverlap } from '../../harness/run/overlap.ts'
import { acknowledged, evidenceOf, producer, send, topic, transaction, type HistoryLine } from '../histories.ts'

const kill: FaultRun = {
  number: 1, fault: 'kill one producer', what: 'kill-client', whom: 'p1', brokers: [], clients: ['p1'], scheduledAt: 99, resolvedInMs: 0, lookedInMs: 0, askedAt: [], lateMs: 0,
  injectingAt: 100, injectedAt: 102, healingAt: 199, healedAt: 200, bit: true, evidence: [], affected: [{ topic: 'orders', partition: 0 }]
}

const midWork = async (lines: readonly HistoryLine[], fault: Partial<FaultRun> = {}): Promise<boolean | undefined> =>
  measureOverlap(await evidenceOf([topic(), producer('p1', { at: 0, transactionalId: 't1' }), ...lines]), { ...kill, ...fault }).midWork

/** One record, sent in a transaction and acknowledged. */
const written = (name: string, at: number): HistoryLine[] =>
  [transaction(name, 'begun', { at }), send(`r${at}`, { at: at + 1, transaction: name }), acknowledged(`r${at}`, at, { at: at + 2 })]
const whole = [...written('t#1', 10), transaction('t#1', 'committing', { at: 20 }), transaction('t#1', 'committed', { at: 21 })]

test('with a transaction begun and no end asked for it was', async () => {
  expect(await midWork([...whole, ...written('t#2', 90)])).toBe(true)
})

test('between transactions it was not, nor with an end asked for: that may have been carried out', async () => {
  expect(await midWork(whole)).toBe(false)
  expect(await midWork([...whole, ...written('t#2', 90), transaction('t#2', 'committing', { at: 98 })])).toBe(false)
})

test('what an earlier or a later life had begun is not what this death cut off', async () => {
  const reborn = producer('p1', { at: 150, incarnation: 2, transactionalId: 't1' })
  const lines = [...written('t#1', 10), { ...reborn, at: 50 }]

  expect(await midWork(lines)).toBe(false)
  expect(await midWork([...whole, reborn, transaction('t#2', 'begun', { at: 160 }), send('late', { at: 161, incarnation: 2, transaction: 't#2' })])).toBe(false)
})

test('without transactions it was, if a send has no answer', async () => {
  const plain = (lines: readonly HistoryLine[]) => midWork([producer('p2', { at: 0 }), ...lines], { clients: ['p2'] })
  const sent = send('r1', { at: 95, producer: 'p2' })

  expect(await plain([sent])).toBe(true)
  expect(await plain([sent, acknowledged('r1', 0, { at: 99, producer: 'p2' })])).toBe(false)
})

test('a send that was on record before it could happen tells of no work', async () => {
  const java = producer('p2', { at: 0, client: 'java 4.3.0' })
  const lines = [java, send('r1', { at: 90, producer: 'p2' }), acknowledged('r1', 0, { at: 92, producer: 'p2' }), send('r2', { at: 95, producer: 'p2' })]

  expect(await midWork(lines, { clients: ['p2'] })).toBe(false)
})

test('of producers that were not killed nobody says it', async () => {
  expect(await midWork(written('t#1', 90), { clients: ['p3'] })).toBeUndefined()
  expect(await midWork(written('t#1', 90), { what: 'freeze-client' })).toBeUndefined()
})
