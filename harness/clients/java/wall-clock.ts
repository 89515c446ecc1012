/**
 * When a line was printed, by the run's clock: a container tells the time by its machine's wall clock, so both clocks are read together,
 * again and again. What they differ by changes slowly, unless somebody sets the wall clock: then no line of that moment can be dated.
 */

export interface Clocks {
  /** Microseconds since the run began. */
  readonly now: () => number
  /** Milliseconds since 1970. */
  readonly wallMs: () => number
}

const readings = 20
const closeMicroseconds = 500
/** A clock that is being corrected slowly goes wrong by half a thousandth at most (adjtime(3)). */
const slow = 0.001
const setMicroseconds = 20_000

/**
 * Each call answers how a time of the wall clock (in ms) is told by the run's; both clocks are
 * cut to milliseconds, so it is late by two at most, and never early or in the future. Undefined: the wall clock was set since the last call.
 */
export const wallClock = ({ now, wallMs }: Clocks): (() => ((timestamp: number) => number) | undefined) => {
  let last: { readonly at: number, readonly apart: number } | undefined

  return () => {
    let best: { readonly at: number, readonly apart: number, readonly took: number } | undefined
    for (let reading = 0; reading < readings && (best === undefined || best.took > closeMicroseconds); reading += 1) {
      const before = now()
      const wall = wallMs()
      const at = now()
      if (best === undefined || at - before < best.took) best = { at, apart: at - wall * 1000, took: at - before }
    }
    if (best === undefined) return undefined
    const { at, apart } = best
    const was = last
    last = { at, apart }
    if (was !== undefined && Math.abs(apart - was.apart) > setMicroseconds + (at - was.at) * slow) return undefined

    return timestamp => Math.min(at, (timestamp + 1) * 1000 + apart)
  }
}
