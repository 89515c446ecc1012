/**
 * When faults strike. Every moment is drawn from the seed before the run, so that the schedule can be written down, read,
 * repeated and shrunk. Moments are drawn to the microsecond, anywhere within a batch of the clients.
 */
import { describeDuration, milliseconds, type Duration } from '../model/duration.ts'
import type { Fault, Nemesis, ScheduledFault } from '../model/fault.ts'
import { fits, jittered, streamOf } from './moments.ts'

export interface Lasting {
  /** How long the fault stays before it is healed. */
  readonly lasting: Duration
}

/** The fault again and again: the first within the first interval, the last early enough to heal before the end. */
export const every = (interval: Duration, fault: Fault, { lasting }: Lasting): Nemesis => ({
  description: `every ${describeDuration(interval)}: ${fault.description}, for ${describeDuration(lasting)}`,
  faults: [fault],
  schedule: (random, duration) => {
    const count = Math.max(1, Math.floor((duration.milliseconds - lasting.milliseconds) / interval.milliseconds))

    return Array.from({ length: count }, (_, index): ScheduledFault => ({
      at: jittered(random, interval, { base: (index + 0.5) * interval.milliseconds }),
      lasting,
      fault,
      stream: streamOf(index + 1),
      overlapping: false
    })).filter(step => fits(step, duration))
  }
})

/** The fault once, so long after the load has become steady, give or take a fifth. */
export const once = (after: Duration, fault: Fault, { lasting }: Lasting): Nemesis => ({
  description: `after ${describeDuration(after)}: ${fault.description}, for ${describeDuration(lasting)}`,
  faults: [fault],
  schedule: random => [{ at: jittered(random, after, { base: after.milliseconds }), lasting, fault, stream: streamOf(1), overlapping: false }]
})

export interface Step extends Lasting {
  readonly after: Duration
  readonly fault: Fault
}

/** Faults that strike on top of one another, each at exactly its own time after the first one's drawn moment. */
export const together = (...steps: readonly Step[]): Nemesis => ({
  description: steps.map(step => `after ${describeDuration(step.after)}: ${step.fault.description}, for ${describeDuration(step.lasting)}`).join('; '),
  faults: steps.map(({ fault }) => fault),
  schedule: random => {
    const shift = random.next() * 1000

    return steps.map((step, index): ScheduledFault => ({
      at: milliseconds(step.after.milliseconds + shift),
      lasting: step.lasting,
      fault: step.fault,
      stream: streamOf(index + 1),
      overlapping: true
    })).toSorted((one, other) => one.at.milliseconds - other.at.milliseconds).map((step, index) => ({ ...step, overlapping: index > 0 }))
  }
})
