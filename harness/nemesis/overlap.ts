/**
 * Several faults on top of one another, on purpose. `together` says exactly when each of them strikes; here the seed does, also which
 * of them comes first, and all of them are in force at once for at least half of their time.
 */
import { describeDuration, type Duration } from '../model/duration.ts'
import type { Fault, Nemesis, ScheduledFault } from '../model/fault.ts'
import { exactly, jittered, streamOf } from './moments.ts'
import { refuseUnless } from './refusals.ts'
import type { Lasting } from './schedules.ts'

/** The part of their time within which all of them have struck. */
const spread = 0.5

/** The first strikes so long after the load has become steady, give or take a fifth, or a little later. */
export const overlap = (after: Duration, faults: readonly Fault[], { lasting }: Lasting): Nemesis => {
  refuseUnless(faults.length > 1, 'overlap(...) needs at least two faults')

  return {
    description: `after ${describeDuration(after)}, on top of one another: ${faults.map(({ description }) => description).join('; ')}; each for ${describeDuration(lasting)}`,
    faults,
    schedule: random => {
      const start = jittered(random, after, { base: after.milliseconds }).milliseconds

      return faults
        .map((fault, index) => {
          const stream = streamOf(index + 1)

          return { at: exactly(start + random.split(`moment of ${stream}`).next() * spread * lasting.milliseconds), lasting, fault, stream }
        })
        .toSorted((one, other) => one.at.milliseconds - other.at.milliseconds)
        .map((step, index): ScheduledFault => ({ ...step, overlapping: index > 0 }))
    }
  }
}
