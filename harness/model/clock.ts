/**
 * The run's one clock: microseconds since the run began, from the machine's monotonic clock, which all processes of one
 * machine share and which no correction of the wall clock moves. Wall time is for people only: it is the run's start, read
 * once, plus the monotonic time since.
 */

export interface Clock {
  /** Microseconds since the run began; never runs backwards. */
  readonly now: () => number
  /** What a child process needs to tell the same time. */
  readonly origin: ClockOrigin
}

export interface ClockOrigin {
  /** The machine's monotonic clock when the run began, in nanoseconds, as a decimal string (it exceeds 2^53). */
  readonly monotonicNs: string
  /** The wall clock at that moment, in milliseconds since 1970. */
  readonly wallMs: number
}

export const startClock = (): Clock =>
  clockFrom({ monotonicNs: process.hrtime.bigint().toString(), wallMs: Date.now() })

export const clockFrom = (origin: ClockOrigin): Clock => {
  const start = BigInt(origin.monotonicNs)

  return { origin, now: () => Number((process.hrtime.bigint() - start) / 1000n) }
}

/** The wall-clock time of a moment of the run. */
export const wallTime = (origin: ClockOrigin, at: number): Date => new Date(origin.wallMs + at / 1000)
