/** Storms, sequences, overlaps and weather: drawn from the seed alone, within what they promise, and refused where they make no sense. */
import { describe, expect, test } from 'vitest'
import { minutes, seconds } from '../../harness/model/duration.ts'
import type { Fault, Nemesis, ScheduledFault } from '../../harness/model/fault.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { overlap, sequence, storm, weather } from '../../harness/nemesis/index.ts'

const fault = (description: string): Fault => ({ description, what: description, needs: [], prepare: () => Promise.reject(new Error('never')) })
const [kill, cut, stall] = [fault('kill'), fault('cut'), fault('stall')]
const draw = (nemesis: Nemesis, seed: string, duration = minutes(2)): readonly ScheduledFault[] => nemesis.schedule(randomFrom(seed), duration)
const seeds = Array.from({ length: 100 }, (_, index) => `seed ${index}`)
const endOf = ({ at, lasting }: ScheduledFault): number => at.milliseconds + lasting.milliseconds

/** The most steps that are due to be in force at one moment. */
const mostAtOnce = (steps: readonly ScheduledFault[]): number =>
  Math.max(...steps.map(({ at }) => steps.filter(other => other.at.milliseconds <= at.milliseconds && endOf(other) > at.milliseconds).length))

const twoMinutesOfWeather = weather([kill, cut, stall], { calm: 0.5, shortest: seconds(2), longest: seconds(8), atOnce: 2 })
const aStorm = storm(seconds(5), [kill, cut], { count: 10, within: seconds(30), shortest: seconds(1), longest: seconds(2) })

describe('all of them', () => {
  const nemeses: readonly (readonly [string, Nemesis])[] = [
    ['storm', aStorm],
    ['sequence', sequence({ after: seconds(4), fault: kill, lasting: seconds(5) }, { after: seconds(3), fault: cut, lasting: seconds(5) })],
    ['overlap', overlap(seconds(4), [kill, cut, stall], { lasting: seconds(10) })],
    ['weather', twoMinutesOfWeather]
  ]

  test.each(nemeses)('%s draws the same from the same seed, and something else from another', (_, nemesis) => {
    expect(draw(nemesis, 'a')).toEqual(draw(nemesis, 'a'))
    expect(draw(nemesis, 'a')).not.toEqual(draw(nemesis, 'b'))
  })

  test.each(nemeses)('%s gives its steps in the order of time, each with a stream of its own and a fault that the nemesis names', (_, nemesis) => {
    for (const seed of seeds) {
      const steps = draw(nemesis, seed)

      expect(steps.map(({ at }) => at.milliseconds)).toEqual(steps.map(({ at }) => at.milliseconds).toSorted((one, other) => one - other))
      expect(new Set(steps.map(({ stream }) => stream)).size).toBe(steps.length)
      expect(steps.every(step => nemesis.faults.includes(step.fault))).toBe(true)
      expect(steps[0]?.overlapping).toBe(false)
    }
  })
})

describe('a storm', () => {
  test('has so many faults within its time, of the lengths that were asked for, each due to heal before the next', () => {
    for (const seed of seeds) {
      const steps = draw(aStorm, seed)
      const [first] = steps

      expect(steps).toHaveLength(10)
      expect(steps.every(({ lasting }) => lasting.milliseconds >= 1000 && lasting.milliseconds <= 2000)).toBe(true)
      expect(steps.every((step, index) => index === 0 || endOf(steps[index - 1] ?? step) < step.at.milliseconds)).toBe(true)
      expect(Math.max(...steps.map(endOf)) - (first?.at.milliseconds ?? 0)).toBeLessThanOrEqual(30_000)
    }
  })

  test('waits for a steady cluster only before its first fault', () => {
    expect(draw(aStorm, 'a').map(({ overlapping }) => overlapping)).toEqual([false, ...Array.from({ length: 9 }, () => true)])
  })

  test('draws each step on its own: with one fault more to choose from, lengths stay', () => {
    const more = storm(seconds(5), [kill, cut, stall], { count: 10, within: seconds(30), shortest: seconds(1), longest: seconds(2) })

    expect(draw(more, 'a').map(({ lasting }) => lasting)).toEqual(draw(aStorm, 'a').map(({ lasting }) => lasting))
    expect(new Set(seeds.flatMap(seed => draw(more, seed)).map(step => step.fault)).size).toBe(3)
  })

  test('that has no room for its faults is refused, in words', () => {
    const options = { count: 10, within: seconds(10), shortest: seconds(1), longest: seconds(2) }

    expect(() => storm(seconds(5), [kill], options)).toThrow('10 faults within 10 s have room for 800 ms each, and `longest` is 2 s')
    expect(() => storm(seconds(5), [], options)).toThrow('at least one fault')
    expect(() => storm(seconds(5), [kill], { ...options, count: 0 })).toThrow('cannot have 0 faults')
    expect(() => storm(seconds(5), [kill], { ...options, shortest: seconds(3) })).toThrow('`shortest` is 3 s')
  })
})

describe('a sequence', () => {
  const steps = [{ after: seconds(10), fault: kill, lasting: seconds(5) }, { after: seconds(5), fault: cut, lasting: seconds(3) }]

  test('counts from the end of the step before, and each step waits for a steady cluster', () => {
    for (const seed of seeds) {
      const [first, second] = draw(sequence(...steps), seed)
      if (!first || !second) throw new Error('There are two.')

      expect(first.at.milliseconds).toBeGreaterThanOrEqual(8000)
      expect(first.at.milliseconds).toBeLessThanOrEqual(12_000)
      expect(second.at.milliseconds - endOf(first)).toBeGreaterThanOrEqual(4000 - 0.01)
      expect(second.at.milliseconds - endOf(first)).toBeLessThanOrEqual(6000 + 0.01)
      expect([first, second].some(({ overlapping }) => overlapping)).toBe(false)
    }
  })

  test('with one more step draws the others as before', () => {
    const longer = sequence(...steps, { after: seconds(1), fault: stall, lasting: seconds(1) })

    expect(draw(longer, 'a').slice(0, 2)).toEqual(draw(sequence(...steps), 'a'))
  })

  test('of nothing is refused', () => {
    expect(() => sequence()).toThrow('at least one step')
  })
})

describe('an overlap', () => {
  test('has all faults in force at once for at least half of their time, in whatever order', () => {
    const orders = new Set<string>()
    for (const seed of seeds) {
      const steps = draw(overlap(seconds(4), [kill, cut, stall], { lasting: seconds(10) }), seed)
      const last = Math.max(...steps.map(({ at }) => at.milliseconds))

      expect(Math.min(...steps.map(endOf)) - last).toBeGreaterThanOrEqual(5000 - 0.01)
      expect(steps.map(({ overlapping }) => overlapping)).toEqual([false, true, true])
      orders.add(steps.map(step => step.fault.description).join())
    }
    expect(orders.size).toBe(6)
  })

  test('of one fault is none', () => {
    expect(() => overlap(seconds(4), [kill], { lasting: seconds(10) })).toThrow('at least two faults')
  })
})

describe('weather', () => {
  test('never has more at once than was allowed, nor one of another length, nor one that outlasts the load', () => {
    const most = seeds.map(seed => {
      const steps = draw(twoMinutesOfWeather, seed)

      expect(steps.every(({ lasting }) => lasting.milliseconds >= 2000 && lasting.milliseconds <= 8000)).toBe(true)
      expect(steps.every(step => endOf(step) <= 120_000)).toBe(true)

      return mostAtOnce(steps)
    })

    expect(Math.max(...most)).toBe(2)
  })

  test('has none at once with itself: a broker that is dead cannot be killed', () => {
    for (const seed of seeds) {
      const steps = draw(weather([kill, cut], { calm: 0.2, shortest: seconds(2), longest: seconds(8), atOnce: 5 }), seed)

      expect(mostAtOnce(steps.filter(step => step.fault === kill))).toBeLessThanOrEqual(1)
      expect(mostAtOnce(steps)).toBeLessThanOrEqual(2)
    }
  })

  test.each([0, 0.3, 0.8])('is calm for %d of a long time, give or take', calm => {
    const hour = minutes(60)
    const steps = draw(weather([kill, cut], { calm, shortest: seconds(2), longest: seconds(8), atOnce: 2 }), 'a', hour)
    let [broken, until] = [0, 0]
    for (const step of steps) {
      broken += Math.max(0, endOf(step) - Math.max(until, step.at.milliseconds))
      until = Math.max(until, endOf(step))
    }

    expect(Math.abs(1 - broken / hour.milliseconds - calm)).toBeLessThan(0.06)
  })

  test('of a longer load begins as that of a shorter one', () => {
    const short = draw(twoMinutesOfWeather, 'a', minutes(1)).slice(0, -2)

    expect(short.length).toBeGreaterThan(2)
    expect(draw(twoMinutesOfWeather, 'a').slice(0, short.length)).toEqual(short)
  })

  test('that makes no sense is refused, in words', () => {
    const options = { calm: 0.5, shortest: seconds(2), longest: seconds(8) }

    expect(() => weather([], options)).toThrow('at least one fault')
    expect(() => weather([kill], { ...options, calm: 1 })).toThrow('cannot have 1 of its time calm')
    expect(() => weather([kill], { ...options, longest: seconds(1) })).toThrow('faults of 2 s to 1 s')
    expect(() => weather([kill], { ...options, shortest: seconds(0) })).toThrow('`shortest` is more than nothing')
    expect(() => weather([kill], { ...options, atOnce: 0 })).toThrow('cannot have 0 faults at once')
  })
})
