/** A run that is weighed, and what was found of what a control expects: of each the plainest, to be changed where a test is about it. */
import type { Finding, Judgement, Level } from '../../harness/model/judgement.ts'
import type { FaultReport } from '../../harness/model/report.ts'
import { noLateTries } from '../../harness/run/transactions-met.ts'
import type { Weighing } from '../../harness/run/verdict.ts'

export const finding = (anomaly: Finding['anomaly'], level: Level, ids: readonly string[] = ['p1:1']): Finding => ({
  anomaly, level, count: ids.length, reason: 'acks=all', topic: 'orders', partition: 0, group: null,
  witnesses: ids.map(id => ({ id, offset: null, at: null }))
})

export const judgement = (...findings: readonly Finding[]): Judgement => ({
  verdict: 'upheld',
  counts: { sent: 1, acknowledged: 1, rejected: 0, indeterminate: 0, logged: 1, delivered: 0, lost: 0, duplicated: 0, redelivered: 0 },
  findings
})

export const fault = (changes: Partial<FaultReport> = {}): FaultReport => ({
  number: 1, fault: 'kill the leader', what: 'kill', whom: 'broker 1', brokers: [1], scheduledAt: 0, resolvedInMs: 1, lookedInMs: 0, askedAt: [], lateMs: 0, injectingAt: 0,
  injectedAt: 1, healingAt: 2, healedAt: 3, bit: true, evidence: ['exit 137'], overlappingSends: 500, ...changes
})

export const run = (changes: Partial<Weighing> = {}): Weighing => ({
  control: false, judgement: judgement(), demanded: new Set(), faults: [fault()], scheduled: 1, selfTest: { passed: true, planted: [], failures: [] },
  expectations: [], gaps: [], cutShort: false, broken: [], unshown: [], unnoticed: [], ...changes
})

export const expecting = (found: Judgement, hit: (id: string) => boolean = () => true, hidden: readonly string[] = []) =>
  ({
    judgement: found, hidden, killed: new Set<string>(), interrupted: new Set<string>(), redelivered: new Set<string>(), failed: new Set<string>(), behindFailed: new Set<string>(),
    failedSends: { rejected: 0, indeterminate: 0 }, fencedSends: noLateTries, lateCommits: noLateTries, abortedReads: 0, othersMoved: 0, dangers: [], wasHit: hit
  })
