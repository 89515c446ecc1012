/**
 * Errors that are told to a person rather than thrown at one: each says what happened, where, and what to do next. The
 * command line prints them without a stack trace and ends with their exit code.
 */

export interface ErrorWords {
  /** What happened: a sentence. */
  readonly happened: string
  /** Which option, file, line or part it is about. */
  readonly where?: string
  /** What to do next: a sentence. */
  readonly next?: string
  readonly cause?: unknown
}

const inOneText = ({ happened, where, next }: ErrorWords): string =>
  [where === undefined ? happened : `${where}: ${happened}`, next].filter(part => part !== undefined).join('\n')

const causeOf = ({ cause }: ErrorWords): ErrorOptions => cause === undefined ? {} : { cause }

/** Wrong usage, configuration or input. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly exitCode = 2
  readonly words: ErrorWords

  constructor(words: ErrorWords) {
    super(inOneText(words), causeOf(words))
    this.words = words
  }
}

/** What a run stands on is not there: no engine, no image, a cluster that did not start. */
export class InfrastructureError extends Error {
  override readonly name = 'InfrastructureError'
  readonly exitCode = 3
  readonly words: ErrorWords

  constructor(words: ErrorWords) {
    super(inOneText(words), causeOf(words))
    this.words = words
  }
}

/** Something could not be cleaned up: `ackproof heal` is to be tried, and then a person. */
export class CleanupError extends Error {
  override readonly name = 'CleanupError'
  readonly exitCode = 5
  readonly words: ErrorWords

  constructor(words: ErrorWords) {
    super(inOneText(words), causeOf(words))
    this.words = words
  }
}

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => thrown instanceof Error ? thrown.message : String(thrown)
