/** Which records findings may be about where they are a group's doing, from histories of a few lines. */
import { expect, test } from 'vitest'
import type { FaultRun } from '../../harness/run/fault-run.ts'
import { behindFailedWork, failedWork, interruptedByKills, redeliveredOf } from '../../harness/run/group-work.ts'
import { acknowledged, assigned, audit, delivered, evidenceOf, logged, member, processed, producer, revoked, send, topic, type HistoryLine } from '../histories.ts'

const kill: FaultRun = {
  number: 1, fault: 'kill one consumer', what: 'kill-client', whom: 'c1', brokers: [], clients: ['c1'], scheduledAt: 99, resolvedInMs: 0, lookedInMs: 0, askedAt: [], lateMs: 0,
  injectingAt: 100, injectedAt: 102, healingAt: 199, healedAt: 200, bit: true, evidence: [], affected: [{ topic: 'orders', partition: 0 }]
}

const story = (...lines: readonly HistoryLine[]) => evidenceOf([
  topic(), producer('p1', { at: 0 }), member({ at: 0 }), member({ member: 'c2', at: 0 }),
  ...Array.from({ length: 5 }, (_, offset) => [send(`r${offset}`, { at: offset }), acknowledged(`r${offset}`, offset, { at: offset + 1 }), logged(`r${offset}`, offset)]).flat(),
  audit(5), ...lines
])
const other = { member: 'c2' }

test('interrupted is the last record that a killed member was delivered while it lived, and no other', async () => {
  const evidence = await story(
    assigned({ at: 10, position: 0 }), delivered('r0', 0, { at: 20 }), delivered('r1', 1, { at: 30 }), revoked({ at: 101 }),
    assigned({ ...other, at: 150, position: 1 }), delivered('r1', 1, { ...other, at: 160 }), delivered('r2', 2, { ...other, at: 170 })
  )

  expect([...interruptedByKills(evidence, [kill])]).toEqual(['r1'])
  expect([...interruptedByKills(evidence, [{ ...kill, what: 'freeze-client' }])]).toEqual([])
  expect([...interruptedByKills(evidence, [{ ...kill, clients: ['c2'] }])]).toEqual([])
})

test('redelivered are those of the records asked for that one group was delivered twice', async () => {
  const evidence = await story(
    member({ group: 'h', at: 0 }), delivered('r0', 0, { at: 20 }), delivered('r1', 1, { at: 21 }), delivered('r2', 2, { at: 22 }),
    delivered('r0', 0, { at: 30 }), delivered('r1', 1, { at: 31 }), delivered('r2', 2, { group: 'h', at: 32 })
  )

  expect([...redeliveredOf(evidence, new Set(['r0', 'r2']))]).toEqual(['r0'])
})

test('failed are the records on which the work failed once, whatever came of it later', async () => {
  const evidence = await story(
    delivered('r0', 0, { at: 20 }), processed('r0', 'failed', { at: 21 }), processed('r0', 'applied', { at: 25 }),
    delivered('r1', 1, { at: 30 }), processed('r1', 'applied', { at: 31 })
  )

  expect([...failedWork(evidence)]).toEqual(['r0'])
})

test('behind one that failed are those above it in its partition, of the ids in question', async () => {
  const evidence = await story(delivered('r2', 2, { at: 20 }), processed('r2', 'failed', { at: 21 }))

  expect([...behindFailedWork(evidence, new Set(['r1', 'r2', 'r3', 'elsewhere']))]).toEqual(['r3'])
  expect([...behindFailedWork(await story(delivered('r2', 2, { at: 20 }), processed('r2', 'applied', { at: 21 })), new Set(['r3']))]).toEqual([])
})
