/** What a fault demands to have met: of those that demand the same, one has to meet it. */
import { expect, test } from 'vitest'
import { seconds } from '../../harness/model/duration.ts'
import type { Fault } from '../../harness/model/fault.ts'
import type { FaultRun } from '../../harness/run/fault-run.ts'
import type { Overlap } from '../../harness/run/overlap.ts'
import { unmetDemands } from '../../harness/run/unmet-demands.ts'

const ran: FaultRun = {
  number: 1, fault: 'kill it', what: 'kill', whom: 'broker 2', brokers: [2], clients: ['c1'], scheduledAt: 99, resolvedInMs: 0, lookedInMs: 0, askedAt: [], lateMs: 0,
  injectingAt: 100, injectedAt: 102, healingAt: 199, healedAt: 200, bit: true, evidence: [], affected: []
}

const stepOf = (demands: Fault['demands']) => ({
  at: seconds(1), lasting: seconds(1), stream: 'fault 1', overlapping: false,
  fault: { description: 'kill it', what: 'kill', needs: [], ...demands === undefined ? {} : { demands }, prepare: () => Promise.reject(new Error('unused')) }
})

const judged = (demands: readonly Fault['demands'][], met: readonly Pick<Overlap, 'midWork' | 'midCommit'>[]): readonly string[] => unmetDemands(
  met.map((_, index) => ({ ...ran, number: index + 1 })), { schedule: demands.map(stepOf), overlaps: met.map(one => ({ overlapping: 100, noticed: true, ...one })) }
)

test.each(['mid-work', 'mid-commit'] as const)('of the faults that demand %s one has to meet it', demand => {
  const met = demand === 'mid-work' ? { midWork: true } : { midCommit: true }
  const told = demand === 'mid-work' ? 'cut off no work' : 'met no commit'

  expect(judged([demand, demand], [met, {}])).toEqual([])
  expect(judged([demand, demand], [{}, {}])).toEqual([expect.stringContaining(told), expect.stringContaining(told)])
})

test('to meet the one is not to meet the other', () => {
  expect(judged(['mid-work', 'mid-commit'], [{ midWork: true, midCommit: true }, { midWork: true }])).toEqual([expect.stringContaining('met no commit')])
  expect(judged(['mid-commit'], [{ midWork: true, midCommit: false }])).toHaveLength(1)
})

test('one fault that meets it speaks for no other', () => {
  const other = { ...stepOf('mid-commit'), fault: { ...stepOf('mid-commit').fault, description: 'kill another' } }
  const faults = [ran, { ...ran, number: 2, fault: 'kill another' }]
  const overlaps = [{ overlapping: 100, noticed: true, midCommit: true }, { overlapping: 100, noticed: true, midCommit: false }]

  expect(unmetDemands(faults, { schedule: [stepOf('mid-commit'), other], overlaps })).toEqual([expect.stringMatching(/^The fault "kill another" .* met no commit/)])
})

test('what demands nothing, did not bite or was not measured is told of elsewhere', () => {
  expect(judged([undefined], [{}])).toEqual([])
  expect(unmetDemands([{ ...ran, bit: false }], { schedule: [stepOf('mid-work')], overlaps: [{ overlapping: 1, noticed: true }] })).toEqual([])
  expect(unmetDemands([ran], { schedule: [stepOf('mid-work')], overlaps: [] })).toEqual([])
})
