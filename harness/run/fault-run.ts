/** What is known of a fault while it goes on, so that a report of it exists whatever stops it. */
import type { Bite, PreparedFault, ScheduledFault } from '../model/fault.ts'
import type { FaultReport } from '../model/report.ts'

/** How a fault went, and which partitions it was meant to hurt. */
export interface FaultRun extends Omit<FaultReport, 'overlappingSends' | 'latency'> {
  readonly affected: readonly { readonly topic: string, readonly partition: number }[]
  /** The client processes that it hit. */
  readonly clients: readonly string[]
  /** True: no client has to have noticed it, for it to prove something. */
  readonly mayGoUnnoticed?: boolean
  /** When its first step was taken: what it looked at in the blow came before. Absent: it was not taken. */
  readonly begunAt?: number
  /** Where a commit had to be met: those that its victims coordinated. */
  readonly transactionalIds?: readonly string[]
}

export interface Progress {
  readonly name: string
  readonly resolved: (inMs: number) => void
  readonly found: (prepared: PreparedFault, target: Pick<FaultRun, 'affected' | 'mayGoUnnoticed'>) => void
  readonly looked: (inMs: number) => void
  readonly injecting: (at: number) => void
  /** Its first step; what is told later counts. */
  readonly began: (at: number, blow: { readonly dueAt: number }) => void
  readonly injected: (at: number, proof: Pick<FaultRun, 'bit' | 'evidence' | 'askedAt'>) => void
  readonly stillBites: (bite: Bite, askedAt: number) => void
  readonly healed: (healingAt: number, healedAt: number) => void
  readonly failed: (why: string) => void
  readonly report: () => FaultRun
}

/** What is known of a fault so far, so that a report exists whatever stopped it. */
export const newProgress = (step: ScheduledFault, number: number, scheduledAt: number): Progress => {
  const { description: fault, what } = step.fault
  let run: FaultRun = {
    number, fault, what, scheduledAt, whom: '', brokers: [], clients: [], affected: [], resolvedInMs: 0, lookedInMs: 0, lateMs: 0, injectingAt: scheduledAt,
    injectedAt: undefined, healingAt: undefined, healedAt: undefined, bit: false, evidence: [], askedAt: []
  }

  return {
    name: `${number}: ${fault}`,
    resolved: resolvedInMs => { run = { ...run, resolvedInMs } },
    found: ({ whom, brokers, clients, transactionalIds }, target) => {
      run = { ...run, whom, brokers, clients, ...target, ...transactionalIds === undefined ? {} : { transactionalIds } }
    },
    looked: lookedInMs => { run = { ...run, lookedInMs } },
    injecting: injectingAt => { run = { ...run, injectingAt } },
    began: (begunAt, { dueAt }) => { run = { ...run, begunAt, lateMs: (begunAt - dueAt) / 1000 } },
    injected: (injectedAt, proof) => { run = { ...run, injectedAt, ...proof } },
    stillBites: ({ bit, evidence }, askedAt) => {
      const known = run.evidence.includes(evidence)
      run = { ...run, bit: run.bit && bit, evidence: known ? run.evidence : [...run.evidence, `before healing: ${evidence}`], askedAt: [...run.askedAt, askedAt] }
    },
    healed: (healingAt, healedAt) => { run = { ...run, healingAt, healedAt } },
    failed: why => { run = { ...run, bit: false, evidence: [...run.evidence, why] } },
    report: () => run
  }
}
