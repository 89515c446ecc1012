/** A wait with an end: a promise, or a rejection that names what did not come in time. */

/** What was waited for did not come in time. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

export interface Deadline {
  /** What is waited for, to be read after "Waited 30 ms for ". */
  readonly what: string
  readonly deadlineMs: number
}

export const withDeadline = async <Value>(promise: Promise<Value>, { what, deadlineMs }: Deadline): Promise<Value> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => { reject(new DeadlineError(`Waited ${deadlineMs} ms for ${what}.`)) }, deadlineMs)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
