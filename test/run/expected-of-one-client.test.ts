/** What a client library does by itself is expected of it alone, and is no word on the cluster. */
import { expect, test } from 'vitest'
import { brokers } from '../../harness/model/cluster.ts'
import { seconds } from '../../harness/model/duration.ts'
import { experiment, withClient } from '../../harness/model/experiment.ts'
import type { Finding, Judgement } from '../../harness/model/judgement.ts'
import { checkExpectations } from '../../harness/run/expectations.ts'
import { refutationBy } from '../../harness/run/verdict.ts'
import { noLateTries } from '../../harness/run/transactions-met.ts'

const planned = experiment({
  claim: 'It loses.', cluster: brokers(3), workload: [], duration: seconds(1), checkers: [],
  expects: [
    { client: 'kafkajs', anomaly: 'lost', level: 'violation', atLeast: 1, among: 'any' },
    { client: 'kafkajs', outcome: 'failed', atLeast: 1 },
    { anomaly: 'duplicated', level: 'permitted', atLeast: 0, among: 'any' }
  ]
})
const loss: Finding = {
  anomaly: 'lost', level: 'violation', count: 2, reason: 'acks=all', topic: 'orders', partition: 0, group: null, witnesses: [{ id: 'p1:1', offset: null, at: null }]
}
const judgement: Judgement = {
  verdict: 'refuted', findings: [loss],
  counts: { sent: 1, acknowledged: 1, rejected: 0, indeterminate: 0, logged: 1, delivered: 0, lost: 2, duplicated: 0, redelivered: 0 }
}

const nobody: ReadonlySet<string> = new Set()
const expectedWith = (client: string) => withClient(planned, client).expects ?? []
const found = {
  judgement, hidden: [], killed: nobody, interrupted: nobody, redelivered: nobody, failed: nobody, failedSends: { rejected: 3, indeterminate: 0 },
  behindFailed: new Set<string>(), fencedSends: noLateTries, lateCommits: noLateTries, abortedReads: 0, othersMoved: 0, dangers: [], wasHit: () => true
} as const
const reasonsWith = (client: string): readonly string[] => checkExpectations(expectedWith(client), found).map(({ reason }) => reason)

test('what is expected of one client refutes the claim with any other', () => {
  const refutationWith = (client: string) => refutationBy(loss, { control: true, demanded: new Set(), expects: expectedWith(client) })

  expect(refutationWith('kafkajs')).toBeUndefined()
  expect(refutationWith('platformatic')).toBe('violation')
})

test('the report says whose doing it is, and what need not be found', () => {
  expect(reasonsWith('kafkajs')).toEqual([
    '"lost" (violation) was found 2 times, as expected with kafkajs, whose doing it is, and not the cluster\'s.',
    '3 sends failed under a fault, as expected with kafkajs, whose doing it is, and not the cluster\'s.',
    '"duplicated" (permitted) was found 0 times, as it may be.'
  ])
  expect(reasonsWith('platformatic')).toHaveLength(1)
})

test('what is expected of some producers is not expected of those beside them', () => {
  const expecting = (...producers: readonly number[]) => checkExpectations([{ producers, anomaly: 'lost', level: 'violation', atLeast: 1, among: 'any' }], found)

  expect(expecting(1, 2)).toMatchObject([{ met: true, found: 2 }])
  expect(expecting(11)).toMatchObject([{ met: false, reason: '"lost" (violation) hit 1 records of other producers than the control\'s, such as p1:1.' }])
})

test('an experiment that expects nothing is no control for it', () => {
  const { expects: _, ...claim } = planned

  expect(withClient({ ...claim }, 'kafkajs').expects).toBeUndefined()
})
