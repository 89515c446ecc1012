/** Hand-made reports of runs, for whatever tells them: a claim that was upheld, and the ways in which others end. */
import type { Finding, Judgement } from '../harness/model/judgement.ts'
import type { FaultReport, RunReport } from '../harness/model/report.ts'

export const counts: Judgement['counts'] = {
  sent: 214_392, acknowledged: 214_380, rejected: 0, indeterminate: 12, logged: 214_389, delivered: 215_593, lost: 0, duplicated: 0, redelivered: 1204
}

export const finding = (given: Partial<Finding> = {}): Finding => ({
  anomaly: 'lost', level: 'violation', count: 3, reason: 'acks=all, min ISR 2, unclean election off', topic: 'orders', partition: 0, group: null,
  witnesses: [{ id: 'p1:17', offset: 41, at: 81_234_567 }], ...given
})

export const fault = (given: Partial<FaultReport> = {}): FaultReport => ({
  number: 1, fault: 'kill the leader of orders', what: 'kill', whom: 'broker 2', brokers: [2], scheduledAt: 64_000_000, resolvedInMs: 12, lookedInMs: 0, askedAt: [], lateMs: 3,
  injectingAt: 64_000_000, injectedAt: 64_041_000, healingAt: 76_000_000, healedAt: 82_100_000, bit: true,
  evidence: ['broker 2: exit 137, gone in 41 ms', 'leader epoch 3 → 4'], overlappingSends: 9321, ...given
})

export const upheld: RunReport = {
  format: 1,
  run: 'r1',
  experiment: 'leader-sigkill',
  claim: 'Records acknowledged by every in-sync replica survive the sudden death of their leader.',
  control: false,
  seed: '4711',
  startedAt: '2026-11-21T14:01:58.000Z',
  client: { name: 'kafkajs', version: '2.2.4', abilities: ['rebalance protocols: classic'] },
  versions: { kafka: '4.3.0', clients: ['kafkajs 2.2.4'], harness: '0.1.0', toxiproxy: '2.12.0', node: '24.6.0' },
  contract: { topics: [], brokers: {}, clients: [], dangers: [] },
  schedule: { hash: 'ab12', steps: [] },
  faults: [fault()],
  timings: { provision: 6800, confirm: 5000, disturb: 90_000, heal: 6100, drain: 900, audit: 900, check: 1500, report: 40 },
  recovery: [
    { topic: 'orders', partition: 0, fault: 'kill the leader of orders', milliseconds: 10_200, recovered: true },
    { topic: 'orders', partition: 1, fault: 'kill the leader of orders', milliseconds: 0, recovered: true }
  ],
  selfTest: { passed: true, planted: [{ mutation: 'drop', anomaly: 'lost', planted: 12, noticed: 12 }, { mutation: 'double', anomaly: 'duplicated', planted: 7, noticed: 7 }], failures: [] },
  expectations: [],
  incidents: [],
  judgement: { verdict: 'upheld', counts, findings: [finding({ anomaly: 'redelivered', level: 'information', count: 1204, reason: 'consumers resumed from their last commits', group: 'billing' })] },
  verdict: 'upheld',
  reasons: [],
  folder: 'reports/2026-11-21T14-01-58-leader-sigkill-4711',
  again: 'npx ackproof run leader-sigkill --seed 4711',
  harnessMemoryBytes: 120_000_000
}

export const control: RunReport = {
  ...upheld,
  experiment: 'acks1-loses',
  claim: 'acks=1 loses acknowledged records when the leader dies before its followers have fetched them.',
  control: true,
  expectations: [{
    expectation: { anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' }, found: 2779, met: true,
    reason: '2,779 acknowledged records are gone, all of them sent while the fault was in force.'
  }],
  judgement: { verdict: 'upheld', counts: { ...counts, lost: 2779 }, findings: [finding({ level: 'permitted', count: 2779, reason: 'acks=1 promises only the leader\'s memory' })] }
}

export const refuted: RunReport = {
  ...upheld,
  verdict: 'refuted',
  reasons: ['3 violations: acknowledged records are gone.'],
  judgement: {
    verdict: 'refuted',
    counts: { ...counts, lost: 3 },
    findings: [finding({ anomaly: 'redelivered', level: 'information', group: 'billing' }), finding({ count: 2 }), finding({ count: 1, partition: 2 })]
  }
}

export const vacuous: RunReport = {
  ...upheld,
  verdict: 'vacuous',
  reasons: ['The fault did not provably bite.'],
  faults: [fault({ bit: false, evidence: ['the link still answered after 2 s'] })]
}

export const inconclusive: RunReport = {
  ...upheld,
  verdict: 'inconclusive',
  reasons: ['The audit of orders-1 did not finish within 60 s.'],
  judgement: { verdict: 'inconclusive', counts, findings: [finding({ anomaly: 'inconclusive', level: 'inconclusive', count: 1, partition: 1, reason: 'the audit did not reach the end', witnesses: [] })] }
}

export const skippedRun = { experiment: 'full-disk', claim: 'A full disk takes one broker, not the data.', client: 'kafkajs', reason: 'This machine has no loop devices (capability disks).' }

export const brokenRun = { experiment: 'null-run', claim: 'When nothing happens, nothing is lost.', client: 'kafkajs', seed: '4711', kafka: '4.3.0', reason: 'No Docker engine answers.\nStart one with `docker/prepare.sh`.' }
