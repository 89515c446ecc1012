/**
 * `--fail-fast`: the disturbance ends at the first certain finding that refutes the claim. What is in force is healed, and the run
 * goes on to drain, audit and judge as ever, so that its verdict has its full evidence; what had not happened by then proves nothing,
 * so that a run that ended so is never upheld.
 */
import type { RunOptions } from '../model/commands.ts'

export interface FailFast {
  /** Aborted where the disturbance is to end. */
  readonly signal: AbortSignal
  /** Ends it, if that was asked for. */
  readonly end: (finding: string) => void
}

class EndedEarly extends Error {
  override readonly name = 'EndedEarly'
}

export const failFast = (options: Pick<RunOptions, 'failFast'>): FailFast => {
  const controller = new AbortController()

  return {
    signal: controller.signal,
    end: finding => { if (options.failFast === true) controller.abort(new EndedEarly(`The load was ended early by --fail-fast: ${finding}.`)) }
  }
}

/** Why the work was ended, or undefined if it came to its own end. Any other failure of it goes on. */
export const endedBy = async ({ signal }: Pick<FailFast, 'signal'>, work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work
  } catch (error) {
    if (!(error instanceof EndedEarly)) throw error
  }

  return signal.reason instanceof EndedEarly ? signal.reason.message : undefined
}
