/** What kills of group members met, and what they cut off: histories of a few lines each, killed at 100 and healed at 200. */
import { expect, test } from 'vitest'
import { skippedByKills } from '../../harness/run/killed-members.ts'
import type { FaultRun } from '../../harness/run/fault-run.ts'
import { measureOverlap } from '../../harness/run/overlap.ts'
import { acknowledged, assigned, audit, commit, delivered, evidenceOf, logged, member, producer, revoked, seek, send, topic, type HistoryLine } from '../histories.ts'

const kill: FaultRun = {
  number: 1, fault: 'kill one consumer', what: 'kill-client', whom: 'c1', brokers: [], clients: ['c1'], scheduledAt: 99, resolvedInMs: 0, lookedInMs: 0, askedAt: [], lateMs: 0,
  injectingAt: 100, injectedAt: 102, healingAt: 199, healedAt: 200, bit: true, evidence: [], affected: [{ topic: 'orders', partition: 0 }]
}

/** Ten records, `r0` to `r9`, written from 1 on. */
const written = Array.from({ length: 10 }, (_, offset) => [send(`r${offset}`, { at: offset }), acknowledged(`r${offset}`, offset, { at: offset + 1 }), logged(`r${offset}`, offset)]).flat()

/** They, two members, and the log. */
const story = (...lines: readonly HistoryLine[]) => evidenceOf([
  topic(), producer('p1', { at: 0 }), member({ at: 0 }), member({ member: 'c2', at: 0 }), ...written, audit(10), ...lines
])

const deliveries = (from: number, to: number, at: number, more = {}): HistoryLine[] =>
  Array.from({ length: to - from }, (_, index) => delivered(`r${from + index}`, from + index, { at: at + index, ...more }))

const owner = [assigned({ at: 10, position: 0 })]
const death = [revoked({ at: 101 })]
const takenOver = (position: number): HistoryLine[] => [
  assigned({ member: 'c2', at: 150 }), assigned({ member: 'c2', at: 150, position }), ...deliveries(position, 10, 160, { member: 'c2' })
]

test('after work: killed with a delivery that no commit covers, it was in mid-work', async () => {
  const evidence = await story(...owner, ...deliveries(0, 6, 20), commit(4, { at: 30, until: 31 }), ...death, ...takenOver(4))

  expect(measureOverlap(evidence, kill)).toEqual({ overlapping: 4, noticed: true, midWork: true })
  expect(skippedByKills(evidence, [kill]).size).toBe(0)
})

test('after work: killed with everything committed, though it did not live to hear it, it was not', async () => {
  const evidence = await story(...owner, ...deliveries(0, 6, 20), commit(4, { at: 30, until: 31 }), ...death, ...takenOver(6))

  expect(measureOverlap(evidence, kill)).toMatchObject({ midWork: false })
})

test('after work: killed with everything committed, it was not', async () => {
  const evidence = await story(...owner, ...deliveries(0, 6, 20), commit(6, { at: 30, until: 31 }), ...death, ...takenOver(6))

  expect(measureOverlap(evidence, kill)).toMatchObject({ midWork: false })
})

test('after a seek back: killed with work that its last commit does not cover it was in mid-work, though it had committed beyond that before', async () => {
  const sought = [...owner, ...deliveries(0, 6, 20), commit(6, { at: 30, until: 31 }), seek(2, { at: 40, reason: 'application' }), ...deliveries(2, 4, 50), commit(4, { at: 60, until: 61 })]

  expect(measureOverlap(await story(...sought, ...deliveries(4, 5, 70), ...death, ...takenOver(4)), kill)).toMatchObject({ midWork: true })
  expect(measureOverlap(await story(...sought, ...death, ...takenOver(4)), kill)).toMatchObject({ midWork: false })
})

test('before work: what it had committed and not been delivered is cut off, and nothing else', async () => {
  const evidence = await story(...owner, commit(6, { at: 15, until: 16 }), ...deliveries(0, 4, 20), ...death, ...takenOver(6))

  expect(measureOverlap(evidence, kill)).toEqual({ overlapping: 6, noticed: true, midWork: true })
  expect([...skippedByKills(evidence, [kill])]).toEqual(['r4', 'r5'])
})

test('a member that was frozen is no killed one: what it had begun goes on when it is thawed', async () => {
  const evidence = await story(...owner, commit(6, { at: 15, until: 16 }), ...deliveries(0, 4, 20), ...death, ...takenOver(6))
  const frozen = { ...kill, what: 'freeze-client' }

  expect(measureOverlap(evidence, frozen).midWork).toBeUndefined()
  expect(skippedByKills(evidence, [frozen]).size).toBe(0)
})

test('before work: a commit whose answer came too late for the dead shows where its successor begins', async () => {
  const evidence = await story(...owner, commit(4, { at: 15, until: 16 }), ...deliveries(0, 4, 20), ...death, ...takenOver(7))

  expect(measureOverlap(evidence, kill).midWork).toBe(true)
  expect([...skippedByKills(evidence, [kill])]).toEqual(['r4', 'r5', 'r6'])
})

test('before work: killed with all that it had committed delivered, it was not in mid-work', async () => {
  const evidence = await story(...owner, commit(4, { at: 15, until: 16 }), ...deliveries(0, 4, 20), ...death, ...takenOver(4))

  expect(measureOverlap(evidence, kill).midWork).toBe(false)
})

test('a partition that goes back to the restarted member was shared out again, and nobody noticed the death', async () => {
  const evidence = await story(...owner, ...deliveries(0, 6, 20), ...death, assigned({ at: 150, position: 0 }), ...deliveries(0, 10, 160))

  expect(measureOverlap(evidence, kill)).toMatchObject({ noticed: false, midWork: true })
})

test('a partition that waited until the group, of which nobody was left, was back was missed by all of them', async () => {
  const both = { ...kill, clients: ['c1', 'c2'] }
  const back = (member: string) => [assigned({ member, at: 210 }), assigned({ member, at: 210, position: 6 }), ...deliveries(6, 10, 220, { member })]
  const measured = async (...lines: readonly HistoryLine[]) => measureOverlap(await story(...owner, ...deliveries(0, 6, 20), ...death, ...lines), both)

  expect(await measured(...back('c1'))).toMatchObject({ noticed: true, overlapping: 4 })
  expect(await measured(...back('c2'))).toMatchObject({ noticed: true })
  expect(await measured(delivered('r6', 6, { at: 120, member: 'c2' }), ...back('c1'))).toMatchObject({ noticed: false })
  expect(await measured()).toMatchObject({ noticed: false })
})

test('the partition of an only member that waited for it was missed, whatever other groups there are', async () => {
  const only = (...lines: readonly HistoryLine[]) => evidenceOf([
    topic(), producer('p1', { at: 0 }), member({ at: 0 }), member({ member: 'c9', group: 'others', at: 0 }), ...written, audit(10), ...owner, ...deliveries(0, 6, 20), ...death, ...lines
  ])
  const back = [assigned({ at: 210 }), assigned({ at: 210, position: 6 }), ...deliveries(6, 10, 220)]

  expect(measureOverlap(await only(...back), kill)).toMatchObject({ noticed: true })
  expect(measureOverlap(await story(...owner, ...deliveries(0, 6, 20), ...death, ...back), kill)).toMatchObject({ noticed: false })
})

test('the partition of a static member that waited for it was missed by nobody else, and that is what its death shows', async () => {
  const back = [assigned({ at: 150, position: 0 }), ...deliveries(0, 10, 160)]
  const measured = async (staticMembers: readonly string[], ...meanwhile: readonly HistoryLine[]) =>
    measureOverlap(await story(...owner, ...deliveries(0, 6, 20), ...death, ...meanwhile, ...back), kill, staticMembers)

  expect(await measured(['c1'])).toMatchObject({ noticed: true, midWork: true })
  expect(await measured(['c2'])).toMatchObject({ noticed: false })
  expect(await measured(['c1'], delivered('r6', 6, { at: 120, member: 'c2' }))).toMatchObject({ noticed: false })
})

test('a member that owned nothing was killed to no effect, whatever the others do', async () => {
  const evidence = await story(assigned({ member: 'c2', at: 10, position: 0 }), ...deliveries(0, 10, 120, { member: 'c2' }), revoked({ member: 'c2', at: 140 }), ...takenOver(9))

  expect(measureOverlap(evidence, kill)).toEqual({ overlapping: 0, noticed: false, midWork: false })
})

test('of a kill that hit no member, sends count as ever', async () => {
  const evidence = await story(...owner, ...deliveries(0, 10, 110))

  expect(measureOverlap(evidence, { ...kill, clients: ['p1'] })).toEqual({ overlapping: 10, noticed: false, midWork: false })
})
