/**
 * The one exit code of a command that ran several things. A claim that failed comes first: each run vouches for itself, so that what
 * one has refuted stands, whatever became of the others, and somebody must act on it. Then what went wrong instead of a verdict,
 * then what showed nothing.
 */
import { exitCodeOf, exitCodes, type Verdict } from '../model/judgement.ts'

/** A verdict, or the exit code of what went wrong instead of a verdict. */
export type Result = Verdict | number

/** The gravest first. Within a run a failed self-test outweighs what it found; another run's finding it does not touch. */
const byGravity: readonly number[] = [
  exitCodeOf('refuted'), exitCodes.notCleanedUp, exitCodes.interrupted, exitCodes.input, exitCodes.infrastructure, exitCodeOf('invalid'), exitCodeOf('upheld')
]

export const gravestExitCode = (results: readonly Result[]): number => {
  const codes = results.map(result => typeof result === 'number' ? result : exitCodeOf(result))

  return byGravity.find(code => codes.includes(code)) ?? nothingRan
}

/** Where nothing was tried, nothing was shown. */
const nothingRan = exitCodeOf('vacuous')

const ownCodes: readonly unknown[] = Object.values(exitCodes)

/**
 * The exit code that an error asks for; anything that nobody foresaw means that the harness cannot vouch for itself. The errors of
 * other programs' processes carry exit codes too, which mean something else.
 */
export const exitCodeOfError = (error: unknown): number =>
  error instanceof Error && 'exitCode' in error && ownCodes.includes(error.exitCode) ? error.exitCode as number : exitCodeOf('invalid')
