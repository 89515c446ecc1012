/** What the checking process is asked, and what it answers: plain JSON, one file each, in the run's folder. */
import type { Expectation } from '../model/experiment.ts'
import type { Judgement } from '../model/judgement.ts'
import type { ExpectationReport, FaultLatency, RecoveryReport, SelfTestReport } from '../model/report.ts'
import type { FaultRun } from './fault-run.ts'
import type { Measures } from './measures.ts'
import type { Overlap } from './overlap.ts'

export interface CheckOrder {
  readonly run: string
  /** The ledger's folder. */
  readonly ledger: string
  /** Where to write the history. */
  readonly history: string
  /** A folder for the self-test's mutated copy; removed afterwards. */
  readonly scratch: string
  readonly seed: string
  readonly faults: readonly FaultRun[]
  readonly expects: readonly Expectation[]
  /** Members whose return is the question, not only their death: see `measureKill`. Absent: there are none. */
  readonly awaited?: readonly string[]
  /** When all members of groups were told to leave, in microseconds since the run began. Absent: it did not come to that. */
  readonly leftAt?: number
  /** What the contract warned of, in sentences. */
  readonly dangers: readonly string[]
  /** The ids that were withheld from the audit. */
  readonly hidden: readonly string[]
  /** The mutations that the workloads say must be possible. */
  readonly mutations: readonly string[]
  readonly witnesses: number
  /** Where to write the answer. */
  readonly answer: string
}

export interface CheckAnswer {
  readonly judgement: Judgement
  readonly selfTest: SelfTestReport
  readonly expectations: readonly ExpectationReport[]
  readonly recovery: readonly RecoveryReport[]
  /** By the faults' order. */
  readonly overlaps: readonly Overlap[]
  /** By the faults' order. */
  readonly latencies: readonly FaultLatency[]
  readonly othersMoved: Measures['othersMoved']
  readonly lag: Measures['lag']
  /** What was not shown, in sentences: see `Measures`. */
  readonly unshown: readonly string[]
  /** Seeks that clients did not obey, a sentence each. */
  readonly ignoredSeeks: readonly string[]
  readonly warnings: readonly string[]
}
