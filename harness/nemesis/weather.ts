/**
 * Random weather: spells of faults, drawn from a list, at random moments and for random lengths, with calm between them. Within a
 * spell the faults overlap; the first of each waits until the cluster is steady again.
 *
 * Example: half of it calm, at most 2 at once. After 3 s of calm a cut for 8 s, and 2 s later a kill for 4 s; after 9 s of calm
 * a kill for 6 s; and so on to the end of the load.
 */
import { describeDuration, type Duration } from '../model/duration.ts'
import type { Fault, Nemesis, ScheduledFault } from '../model/fault.ts'
import type { Random } from '../model/random.ts'
import { exactly, fits, lengthWithin, type Lengths } from './moments.ts'
import { refuseUnless } from './refusals.ts'

export interface WeatherOptions extends Lengths {
  /** The part of the time in which no fault is in force, from 0 to less than 1; on average, since it is drawn. */
  readonly calm: number
  /** The most faults in force at once, each another of the list; 1 unless told otherwise. */
  readonly atOnce?: number
}

/** From the start of the load to its end. What would still be in force then is left out. */
export const weather = (faults: readonly Fault[], options: WeatherOptions): Nemesis => {
  const { calm, shortest, longest, atOnce = 1 } = options
  refuseUnless(faults.length > 0, 'weather(...) needs at least one fault')
  refuseUnless(calm >= 0 && calm < 1, `weather(...) cannot have ${calm} of its time calm: \`calm\` is a part, from 0 to less than 1`)
  refuseUnless(shortest.milliseconds > 0 && shortest.milliseconds <= longest.milliseconds,
    `weather(...) cannot have faults of ${describeDuration(shortest)} to ${describeDuration(longest)}: \`shortest\` is more than nothing and no more than \`longest\``)
  refuseUnless(Number.isInteger(atOnce) && atOnce > 0, `weather(...) cannot have ${atOnce} faults at once: \`atOnce\` is a whole number from 1`)

  return {
    description: `random weather, ${Math.round(calm * 100)} % of it calm: at most ${atOnce} at once, each for ${describeDuration(shortest)} to ${describeDuration(longest)}, `
      + `of: ${faults.map(({ description }) => description).join('; ')}`,
    faults,
    schedule: (random, duration) => spells(random, faults, { duration, lengths: options, calm, atOnce: Math.min(atOnce, faults.length) })
  }
}

interface Climate {
  readonly duration: Duration
  readonly lengths: Lengths
  readonly calm: number
  readonly atOnce: number
}

/** Each spell draws from a stream of its own, and so do its targets: a longer load only adds spells. */
const spells = (random: Random, faults: readonly Fault[], { duration, lengths, calm, atOnce }: Climate): readonly ScheduledFault[] => {
  const steps: ScheduledFault[] = []
  let now = 0
  for (let number = 1; now < duration.milliseconds; number += 1) {
    const own = random.split(`spell ${number}`)
    const spell = drawSpell(own, faults, { number, lengths, atOnce })
    // Drawn before the spell and in proportion to it, so that the parts come out on average.
    const start = now + spell.milliseconds * calm / (1 - calm) * (0.5 + own.next())
    const placed = spell.steps.map(step => ({ ...step, at: exactly(start + step.at.milliseconds) }))
    now = start + spell.milliseconds
    const fitting = placed.filter(step => fits(step, duration))
    steps.push(...fitting.map((step, index) => ({ ...step, overlapping: index > 0 })))
  }

  return steps
}

/** How far into the first fault of a spell the others have begun, so that they do overlap. */
const spread = 0.75

interface Spell {
  readonly milliseconds: number
  /** In the order of time, counted from the start of the spell. */
  readonly steps: readonly ScheduledFault[]
}

const drawSpell = (random: Random, faults: readonly Fault[], { number, lengths, atOnce }: Pick<Climate, 'lengths' | 'atOnce'> & { readonly number: number }): Spell => {
  const left = [...faults]
  const drawn = Array.from({ length: random.integer({ from: 1, below: atOnce + 1 }) }, () => {
    const fault = random.pick(left)
    left.splice(left.indexOf(fault), 1)

    return { fault, lasting: lengthWithin(random, lengths) }
  })
  const within = (drawn[0]?.lasting.milliseconds ?? 0) * spread
  const steps = drawn
    .map(({ fault, lasting }, index): ScheduledFault => ({
      at: exactly(index === 0 ? 0 : random.next() * within),
      lasting, fault, stream: `spell ${number} fault ${index + 1}`, overlapping: index > 0
    }))
    .toSorted((one, other) => one.at.milliseconds - other.at.milliseconds)

  return { milliseconds: Math.max(...steps.map(({ at, lasting }) => at.milliseconds + lasting.milliseconds)), steps }
}
