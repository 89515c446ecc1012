/**
 * Anybody's own client: a program that speaks JSON, one object a line, on its standard input and output (docs/your-own-client.md).
 * `run/` starts it; here is what its lines mean. What it says is checked before it counts: a line that is no JSON, or that answers
 * what was never asked, is told as trouble and ignored.
 */

/** A started program, as `run/` hands it over. */
export interface ProgramChannel {
  /** Writes one line. A program that has ended gets none. */
  readonly write: (line: Readonly<Record<string, unknown>>) => void
  /** Ends it with SIGKILL; returns when it has ended. */
  readonly kill: () => Promise<void>
  /** Its standard input is closed: it is to end by itself. Returns when it has, or after the deadline, killed. */
  readonly end: (deadline: { readonly milliseconds: number }) => Promise<void>
}

export interface ProgramEars {
  /** One line of its standard output. */
  readonly hear: (line: string) => void
  /** It has ended, with what is known of why. */
  readonly ended: (why: string) => void
}

/** Starts the program anew; each client has one of its own. */
export type StartProgram = (ears: ProgramEars) => ProgramChannel

export type Fields = Readonly<Record<string, unknown>>

/** The object on the line, or undefined. */
export const parseLine = (line: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(line)

    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : undefined
  } catch {
    // Whatever it is, it is none of the protocol's lines.
    return undefined
  }
}

export const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** The start of what it printed, as it can be quoted. */
export const excerpt = (line: string): string => JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}...` : line)

/** What a program gave as a reason, whatever it is. */
export const reasonIn = (error: unknown): string => typeof error === 'string' ? error.slice(0, 200) : 'it gave no reason'
