/** Moments and lengths as schedules draw them: to the microsecond, so that they are written down and read back as they were. */
import { milliseconds, type Duration } from '../model/duration.ts'
import type { Random } from '../model/random.ts'

/** How far a moment may be drawn from its even place, as a part of what it is counted by. */
const jitter = 0.2

/** Near the base, give or take a fifth of the interval. */
export const jittered = (random: Random, interval: Duration, { base }: { readonly base: number }): Duration =>
  exactly(base + (random.next() * 2 - 1) * jitter * interval.milliseconds)

/** The shortest and the longest that something may last. */
export interface Lengths {
  readonly shortest: Duration
  readonly longest: Duration
}

export const lengthWithin = (random: Random, { shortest, longest }: Lengths): Duration =>
  exactly(shortest.milliseconds + random.next() * (longest.milliseconds - shortest.milliseconds))

export const exactly = (ms: number): Duration => milliseconds(Math.round(ms * 1000) / 1000)

/** What would still be in force at the end of the load is left out: its healing would not be under load. */
export const fits = ({ at, lasting }: { readonly at: Duration, readonly lasting: Duration }, duration: Duration): boolean =>
  at.milliseconds + lasting.milliseconds <= duration.milliseconds

/** The seed's stream for the target of a nemesis's step, by the step's number from 1. */
export const streamOf = (number: number): string => `fault ${number}`
