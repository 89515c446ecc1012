/** Runs one experiment after the other, tells the reporters, and comes to the command's one exit code. */
import { defaultClient, type NamedExperiment, type RunOptions, wasSkipped } from '../model/commands.ts'
import { messageOf } from '../model/errors.ts'
import { exitCodes } from '../model/judgement.ts'
import type { BrokenRun, RunReport, SkippedRun } from '../model/report.ts'
import type { ContainedReporter } from '../reporters/contained.ts'
import { exitCodeOfError, gravestExitCode, type Result } from './exit-codes.ts'
import type { Surroundings } from './surroundings.ts'

export interface SuiteRun {
  readonly experiment: NamedExperiment
  readonly options: RunOptions
}

export interface SuiteTools {
  readonly reporter: ContainedReporter
  readonly signal: AbortSignal
  /** Adds the stack traces of unforeseen errors. */
  readonly debug: boolean
}

export const runSuite = async (runs: readonly SuiteRun[], { reporter, signal, debug }: SuiteTools, surroundings: Surroundings): Promise<number> => {
  const reports: RunReport[] = []
  const skipped: SkippedRun[] = []
  const broken: BrokenRun[] = []
  const results: Result[] = []
  // A function, because the compiler does not know that it changes while a run is waited for.
  const interrupted = (): boolean => signal.aborted

  for (const { experiment, options } of runs) {
    if (interrupted()) break
    try {
      const outcome = await surroundings.runExperiment(experiment, options, reporter)
      if (wasSkipped(outcome)) skipped.push(outcome)
      else {
        reports.push(outcome)
        results.push(outcome.verdict)
      }
    } catch (error) {
      const code = exitCodeOfError(error)
      // An interrupted run may end by throwing: that is no failure of its own, unless it could not clean up.
      if (interrupted() && code !== exitCodes.notCleanedUp) break
      if (debug) surroundings.err.write(`${error instanceof Error ? error.stack ?? error.message : String(error)}\n`)
      const run = brokenRun({ experiment, options }, error)
      broken.push(run)
      results.push(code)
      await reporter.runBroken(run)
    }
  }

  await reporter.allEnded(reports, skipped, broken)

  return finalCode({ results, interrupted: interrupted(), untold: reporter.failures().length > 0 })
}

const brokenRun = ({ experiment, options }: SuiteRun, error: unknown): BrokenRun => ({
  experiment: experiment.name,
  claim: experiment.experiment.claim,
  client: options.client ?? experiment.experiment.client ?? defaultClient,
  seed: options.seed,
  kafka: options.kafkaVersion,
  reason: messageOf(error)
})

interface Ended {
  readonly results: readonly Result[]
  readonly interrupted: boolean
  /** A reporter failed, so that somebody was not told. */
  readonly untold: boolean
}

const finalCode = ({ results, interrupted, untold }: Ended): number => {
  const code = gravestExitCode(interrupted ? [...results, exitCodes.interrupted] : results)

  return code === 0 && untold ? exitCodes.infrastructure : code
}
