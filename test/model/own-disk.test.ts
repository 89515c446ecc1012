/** Disks that an experiment asks for: what makes no sense is refused where it is written, before anything is made. */
import { expect, test } from 'vitest'
import { brokers } from '../../harness/model/cluster.ts'

test.for([
  [{ megabytes: 16 }, '`disks.megabytes` is 16; it must be a whole number from 64 to 4096.'],
  [{ megabytes: Number.NaN }, '`disks.megabytes` is NaN'],
  [{ megabytes: 256, directories: 0 }, '`disks.directories` is 0; it must be a whole number from 1 to 8.']
] as const)('%o is refused, with the option and the value', ([disks, said]) => {
  expect(() => brokers(3, { disks })).toThrow(said)
})

test('disks that make sense are in the plan, and a plan without disks has none', () => {
  expect(brokers(3, { disks: { megabytes: 64, directories: 2 } }).disks).toEqual({ megabytes: 64, directories: 2 })
  expect(brokers(3)).not.toHaveProperty('disks')
})
