/**
 * Reporters hear a run as it goes and tell it to somebody. Every hook is optional, and what a reporter gets is plain data.
 * A reporter that throws is contained: the others still hear everything, and the command ends failed.
 */
import type { BrokenRun, Phase, RunReport, SkippedRun } from './report.ts'

/** A live figure of the load: totals since the run began, and the last second's rates. */
export interface LoadFigures {
  readonly sent: number
  readonly acknowledged: number
  readonly rejected: number
  readonly indeterminate: number
  readonly delivered: number
  readonly acknowledgedPerSecond: number
  readonly deliveredPerSecond: number
}

export interface RunIntroduction {
  readonly run: string
  readonly experiment: string
  readonly claim: string
  readonly control: boolean
  readonly seed: string
  readonly kafka: string
  readonly folder: string
  /** How long the load will run, in milliseconds. */
  readonly durationMs: number
}

export interface Reporter {
  readonly runStarted?: (run: RunIntroduction) => void
  readonly phaseStarted?: (phase: Phase) => void
  /** `told` is what there is to say about it: `three brokers ready, every connection through Toxiproxy: 21 links probed`. */
  readonly phaseEnded?: (phase: Phase, told: string, milliseconds: number) => void
  /** Something happened that a person wants to see, at a moment of the run: a fault struck, a leader changed, a client died. */
  readonly happened?: (what: { readonly at: Date, readonly text: string, readonly tone: 'fault' | 'recovery' | 'trouble' | 'plain', readonly milliseconds?: number }) => void
  readonly load?: (figures: LoadFigures) => void
  readonly runSkipped?: (skipped: SkippedRun) => void
  /** Told by the command, when a run threw instead of ending. */
  readonly runBroken?: (broken: BrokenRun) => void | Promise<void>
  readonly runEnded?: (report: RunReport) => void | Promise<void>
  /** After the last run of a command. */
  readonly allEnded?: (reports: readonly RunReport[], skipped: readonly SkippedRun[], broken: readonly BrokenRun[]) => void | Promise<void>
}
