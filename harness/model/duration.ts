/** Lengths of time as a type, so that no bare number has to be guessed to be seconds or milliseconds. */

export interface Duration {
  readonly milliseconds: number
}

export const microseconds = (count: number): Duration => ({ milliseconds: count / 1000 })
export const milliseconds = (count: number): Duration => ({ milliseconds: count })
export const seconds = (count: number): Duration => milliseconds(count * 1000)
export const minutes = (count: number): Duration => seconds(count * 60)

/** A duration as people read it: `41 ms`, `10.2 s`, `2 min`, `1 min 30 s`. */
export const describeDuration = ({ milliseconds: ms }: Duration): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 1)} s`

  const whole = Math.floor(ms / 60_000)
  const rest = Math.round((ms % 60_000) / 1000)

  return rest === 0 ? `${whole} min` : `${whole} min ${rest} s`
}
