/**
 * The one exit code of a command that ran several things: the gravest, in the order of the history format, section 6, with
 * what only runs can end with (cleaning up, infrastructure) before any verdict.
 */
import { exitCodeOf, exitCodes, type Verdict } from '../model/judgement.ts'

/** A verdict, or the exit code of what went wrong instead of a verdict. */
export type Result = Verdict | number

const beforeVerdicts: readonly number[] = [exitCodes.input, exitCodes.notCleanedUp, exitCodes.infrastructure]

export const gravestExitCode = (results: readonly Result[]): number => {
  const early = beforeVerdicts.find(code => results.includes(code))
  if (early !== undefined) return early
  if (results.includes('invalid')) return exitCodeOf('invalid')

  const codes = results.map(result => typeof result === 'number' ? result : exitCodeOf(result))

  return [1, 4, 0].find(code => codes.includes(code)) ?? nothingRan
}

/** Where nothing was tried, nothing was shown. */
const nothingRan = exitCodeOf('vacuous')

/** The exit code that an error asks for; anything that nobody foresaw means that the harness cannot vouch for itself. */
export const exitCodeOfError = (error: unknown): number =>
  error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : exitCodeOf('invalid')
