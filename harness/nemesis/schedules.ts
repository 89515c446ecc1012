/**
 * When faults strike. Every moment is drawn from the seed before the run, so that the schedule can be written down, read,
 * repeated and shrunk. Moments are drawn to the microsecond, anywhere within a batch of the clients.
 */
import { describeDuration, milliseconds, type Duration } from '../model/duration.ts'
import type { Fault, Nemesis, ScheduledFault } from '../model/fault.ts'
import type { Random } from '../model/random.ts'

export interface Lasting {
  /** How long the fault stays before it is healed. */
  readonly lasting: Duration
}

/** How far a moment may be drawn from its even place, as a part of the interval. */
const jitter = 0.2

/** The fault again and again: the first within the first interval, the last early enough to heal before the end. */
export const every = (interval: Duration, fault: Fault, { lasting }: Lasting): Nemesis => ({
  description: `every ${describeDuration(interval)}: ${fault.description}, for ${describeDuration(lasting)}`,
  schedule: (random, duration) => {
    const count = Math.max(1, Math.floor((duration.milliseconds - lasting.milliseconds) / interval.milliseconds))

    return Array.from({ length: count }, (_, index) => ({
      at: jittered(random, interval, { base: (index + 0.5) * interval.milliseconds }),
      lasting,
      fault,
      overlapping: false
    })).filter(({ at }) => fits(at, lasting, duration))
  }
})

/** The fault once, so long after the load has become steady, give or take a fifth. */
export const once = (after: Duration, fault: Fault, { lasting }: Lasting): Nemesis => ({
  description: `after ${describeDuration(after)}: ${fault.description}, for ${describeDuration(lasting)}`,
  schedule: random => [{ at: jittered(random, after, { base: after.milliseconds }), lasting, fault, overlapping: false }]
})

export interface Step extends Lasting {
  readonly after: Duration
  readonly fault: Fault
}

/** Faults that strike on top of one another, each at exactly its own time after the first one's drawn moment. */
export const together = (...steps: readonly Step[]): Nemesis => ({
  description: steps.map(step => `after ${describeDuration(step.after)}: ${step.fault.description}, for ${describeDuration(step.lasting)}`).join('; '),
  schedule: random => {
    const shift = random.next() * 1000

    return steps.map((step, index): ScheduledFault => ({
      at: milliseconds(step.after.milliseconds + shift),
      lasting: step.lasting,
      fault: step.fault,
      overlapping: index > 0
    })).toSorted((one, other) => one.at.milliseconds - other.at.milliseconds)
  }
})

const jittered = (random: Random, interval: Duration, { base }: { readonly base: number }): Duration =>
  milliseconds(Math.round((base + (random.next() * 2 - 1) * jitter * interval.milliseconds) * 1000) / 1000)

/** What would still be in force at the end of the load is left out: its healing would not be under load. */
const fits = (at: Duration, lasting: Duration, duration: Duration): boolean =>
  at.milliseconds + lasting.milliseconds <= duration.milliseconds
