/**
 * A send without idempotence, each try of it a call of its own: so every error is seen, and the send is rejected only if every
 * single try of it was refused for good. A timeout and then a refusal is indeterminate.
 */
import pRetry from 'p-retry'
import type { Outcome } from '../model/recorder.ts'
import type { TryOutcome } from './refusals.ts'

const defaultRetries = 5

export interface Tries {
  readonly retries: number | undefined
  readonly outcomeOfTry: (error: unknown) => TryOutcome
  /** Whether the library itself would try again after this error. */
  readonly isRetriable: (error: unknown) => boolean
}

export const tryUntilSettled = (send: () => Promise<Outcome>, { retries, outcomeOfTry, isRetriable }: Tries): Promise<Outcome> => {
  let everyTryRefused = true

  return pRetry(send, {
    retries: retries ?? defaultRetries,
    minTimeout: 100,
    maxTimeout: 500,
    onFailedAttempt: ({ error }) => {
      everyTryRefused &&= outcomeOfTry(error).definite
    },
    shouldRetry: ({ error }) => isRetriable(error)
  }).catch((error: unknown): Outcome => ({ kind: everyTryRefused ? 'rejected' : 'indeterminate', error: outcomeOfTry(error).error }))
}
