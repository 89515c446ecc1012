/** The only places that wait. A pause is for a schedule; whoever waits *for* something names it and has a deadline. */
import { setTimeout as after } from 'node:timers/promises'
import { DeadlineError } from '../model/deadline.ts'
import { InfrastructureError, messageOf } from '../model/errors.ts'

/** Waits so long, or until the signal aborts: then it rejects with the signal's reason. */
export const pause = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
  if (milliseconds <= 0) {
    signal?.throwIfAborted()

    return
  }
  try {
    await after(milliseconds, undefined, signal ? { signal } : {})
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

export interface Waiting {
  /** What is waited for, to be read after "waited 30 s for ". */
  readonly what: string
  readonly deadlineMs: number
  readonly everyMs: number
  readonly signal: AbortSignal
}

/**
 * Asks again and again until there is nothing missing any more. `missing` answers what is, in words (they end up in the
 * error), or undefined. What it throws counts as missing, except an `InfrastructureError`, which no waiting will mend.
 */
export const untilNothingIsMissing = async (missing: () => Promise<string | undefined>, waiting: Waiting): Promise<void> => {
  const end = performance.now() + waiting.deadlineMs
  for (;;) {
    waiting.signal.throwIfAborted()
    const lacking = await missing().catch((error: unknown) => {
      if (error instanceof InfrastructureError) throw error

      return messageOf(error)
    })
    if (lacking === undefined) return
    if (performance.now() >= end) {
      throw new DeadlineError(`Waited ${Math.round(waiting.deadlineMs / 1000)} s for ${waiting.what}; still missing: ${lacking}.`)
    }
    await pause(waiting.everyMs, waiting.signal)
  }
}
