/**
 * Many short faults close together. Each is due to heal before the next one strikes, but nobody waits for the cluster to recover in
 * between: what a first fault has begun, an election or a replica's return, the next one meets half done.
 */
import { describeDuration, type Duration } from '../model/duration.ts'
import type { Fault, Nemesis, ScheduledFault } from '../model/fault.ts'
import { exactly, jittered, lengthWithin, streamOf, type Lengths } from './moments.ts'
import { refuseUnless } from './refusals.ts'

export interface StormOptions extends Lengths {
  readonly count: number
  /** From the first fault to the end of the last. Each has an equal part of it, a fifth of which stays calm. */
  readonly within: Duration
}

const usable = 0.8

/** The seed draws which of the faults each one is, its length and its moment. It begins after so long, give or take a fifth. */
export const storm = (after: Duration, faults: readonly Fault[], options: StormOptions): Nemesis => {
  const { count, within, shortest, longest } = options
  const part = within.milliseconds / count
  const room = exactly(part * usable)
  refuseUnless(faults.length > 0, 'storm(...) needs at least one fault')
  refuseUnless(Number.isInteger(count) && count > 0, `storm(...) cannot have ${count} faults: \`count\` is a whole number from 1`)
  refuseUnless(shortest.milliseconds <= longest.milliseconds, `storm(...): \`shortest\` is ${describeDuration(shortest)}, which is more than \`longest\`, ${describeDuration(longest)}`)
  refuseUnless(longest.milliseconds <= room.milliseconds,
    `storm(...): ${count} faults within ${describeDuration(within)} have room for ${describeDuration(room)} each, and \`longest\` is ${describeDuration(longest)}`)

  return {
    description: `after ${describeDuration(after)} a storm: ${count} faults of ${describeDuration(shortest)} to ${describeDuration(longest)} `
      + `within ${describeDuration(within)}, each one of: ${faults.map(({ description }) => description).join('; ')}`,
    faults,
    schedule: random => {
      const start = jittered(random, after, { base: after.milliseconds }).milliseconds

      return Array.from({ length: count }, (_, index): ScheduledFault => {
        const stream = streamOf(index + 1)
        const own = random.split(stream)
        const lasting = lengthWithin(own, options)
        const at = exactly(start + index * part + own.next() * (room.milliseconds - lasting.milliseconds))

        return { at, lasting, fault: own.pick(faults), stream, overlapping: index > 0 }
      })
    }
  }
}
