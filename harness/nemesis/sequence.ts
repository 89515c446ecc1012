/**
 * One fault after the other, each only when the one before has healed and the cluster is steady again. Where that takes longer than
 * the pause between them, the next one waits.
 */
import { describeDuration } from '../model/duration.ts'
import type { Nemesis, ScheduledFault } from '../model/fault.ts'
import { exactly, jittered, streamOf } from './moments.ts'
import { refuseUnless } from './refusals.ts'
import type { Step } from './schedules.ts'

/** The first step's `after` counts from the start of the load, any other's from the end of the step before; each give or take a fifth. */
export const sequence = (...steps: readonly Step[]): Nemesis => {
  refuseUnless(steps.length > 0, 'sequence(...) needs at least one step')

  return {
    description: `one after the other: ${steps.map(inWords).join('; ')}`,
    faults: steps.map(({ fault }) => fault),
    schedule: random => {
      let free = 0

      return steps.map(({ after, fault, lasting }, index): ScheduledFault => {
        const stream = streamOf(index + 1)
        const at = exactly(free + jittered(random.split(`moment of ${stream}`), after, { base: after.milliseconds }).milliseconds)
        free = at.milliseconds + lasting.milliseconds

        return { at, lasting, fault, stream, overlapping: false }
      })
    }
  }
}

const inWords = ({ after, fault, lasting }: Step, index: number): string =>
  `${index === 0 ? `after ${describeDuration(after)}` : `${describeDuration(after)} after that`} ${fault.description}, for ${describeDuration(lasting)}`
