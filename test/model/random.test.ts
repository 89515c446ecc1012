/** All chance comes from the seed, and from nowhere else. */
import { expect, test } from 'vitest'
import { randomFrom } from '../../harness/model/random.ts'

const draws = (seed: string): readonly number[] => {
  const random = randomFrom(seed)

  return Array.from({ length: 50 }, () => random.next())
}

test('a seed draws the same numbers each time, and another seed others', () => {
  expect(draws('a')).toEqual(draws('a'))
  expect(draws('a')).not.toEqual(draws('b'))
})

test('numbers lie in [0, 1) and fill it', () => {
  const random = randomFrom('spread')
  const counts = new Array<number>(10).fill(0)
  for (let draw = 0; draw < 10_000; draw += 1) counts[Math.floor(random.next() * 10)]! += 1

  expect(Math.min(...counts)).toBeGreaterThan(850)
  expect(Math.max(...counts)).toBeLessThan(1150)
})

test('one part\'s draws do not shift another\'s', () => {
  const alone = randomFrom('a').split('nemesis').next()
  const random = randomFrom('a')
  random.next()
  random.split('other').next()

  expect(random.split('nemesis').next()).toBe(alone)
})

test('to pick from nothing is an error, not undefined', () => {
  expect(() => randomFrom('a').pick([])).toThrow('nothing to pick from')
})
