/** Whether a producer that a fault stopped stood still: sends before, under and after a fault that was in force from 10 to 20 s. */
import { expect, test } from 'vitest'
import type { FaultRun } from '../../harness/run/fault-run.ts'
import { measureOverlap } from '../../harness/run/overlap.ts'
import { acknowledged, evidenceOf, producer, send, topic, type HistoryLine } from '../histories.ts'

const secondUs = 1_000_000
const frozen: FaultRun = {
  number: 1, fault: 'freeze one producer', what: 'freeze-client', whom: 'p1', brokers: [], clients: ['p1'], scheduledAt: 10 * secondUs, resolvedInMs: 0, lookedInMs: 0, askedAt: [], lateMs: 0,
  injectingAt: 10 * secondUs, injectedAt: 10 * secondUs + 1, healingAt: 20 * secondUs, healedAt: 20 * secondUs, bit: true, evidence: [], affected: [{ topic: 'orders', partition: 0 }]
}

let records = 0

/** Each is acknowledged at once: nobody's send is ever held up. */
const sends = (by: string, { from, to, every }: { readonly from: number, readonly to: number, readonly every: number }): HistoryLine[] =>
  Array.from({ length: Math.floor((to - from) / every) }, (_, index) => {
    const id = `r${records += 1}`
    const at = Math.round((from + index * every) * secondUs)

    return [send(id, { producer: by, at }), acknowledged(id, null, { at: at + 1000 })]
  }).flat()

const noticed = async (fault: FaultRun, ...lines: readonly (readonly HistoryLine[])[]): Promise<boolean> =>
  measureOverlap(await evidenceOf([topic(), producer('p1', { at: 0 }), producer('p2', { at: 0 }), ...lines.flat()]), fault).noticed

const other = sends('p2', { from: 0, to: 25, every: 0.1 })
const before = sends('p1', { from: 0, to: 10, every: 0.1 })

test('a producer that sends nothing while it is stopped has noticed, though none of its sends was held up', async () => {
  expect(await noticed(frozen, other, before, sends('p1', { from: 20.1, to: 22, every: 0.1 }))).toBe(true)
})

test('one that goes on sending has not', async () => {
  expect(await noticed(frozen, other, before, sends('p1', { from: 10.1, to: 22, every: 0.1 }))).toBe(false)
  expect(await noticed(frozen, other, before, sends('p1', { from: 15, to: 15.2, every: 0.1 }))).toBe(false)
})

test('nor has one that had hardly sent anything before, or that the fault did not hit', async () => {
  expect(await noticed(frozen, other, sends('p1', { from: 4, to: 10, every: 5.9 }))).toBe(false)
  expect(await noticed(frozen, other)).toBe(false)
  expect(await noticed({ ...frozen, clients: ['c1'] }, other, before)).toBe(false)
})

test('a fault that was over in no time stops nobody', async () => {
  expect(await noticed({ ...frozen, healingAt: 10 * secondUs + 60_000, healedAt: 10 * secondUs + 60_000 }, other, before)).toBe(false)
})

test('of sends that are announced, an end of the acknowledgements is noticed, though they were announced long before', async () => {
  const killed: FaultRun = { ...frozen, what: 'kill-client', healingAt: 13 * secondUs, healedAt: 13 * secondUs }
  const announced = (from: number, to: number): HistoryLine[] => Array.from({ length: (to - from) * 10 }, (_, index) => {
    const id = `r${records += 1}`
    const at = Math.round((from + index / 10) * secondUs)

    return [send(id, { producer: 'p3', at: at - 2 * secondUs }), acknowledged(id, null, { at })]
  }).flat()
  const java = producer('p3', { at: 0, client: 'java VerifiableProducer and VerifiableConsumer of Kafka 4.3.0' })

  expect(await noticed({ ...killed, clients: ['p3'] }, other, [java], announced(3, 10))).toBe(true)
  expect(await noticed({ ...killed, clients: ['p3'] }, other, [java], announced(3, 12))).toBe(false)
})
