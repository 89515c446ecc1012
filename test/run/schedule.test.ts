/** Schedules as data, and the refusal of one that breaks nothing. */
import { expect, test } from 'vitest'
import { seconds } from '../../harness/model/duration.ts'
import { experiment } from '../../harness/model/experiment.ts'
import { brokers } from '../../harness/model/cluster.ts'
import type { Fault } from '../../harness/model/fault.ts'
import { every } from '../../harness/nemesis/index.ts'
import { describeSchedule, drawSchedule } from '../../harness/run/schedule.ts'

const fault: Fault = { description: 'break it', what: 'break', needs: [], prepare: () => Promise.reject(new Error('never')) }
const plan = { claim: 'It holds.', cluster: brokers(3), workload: [], duration: seconds(60), checkers: [] }
const disturbed = experiment({ ...plan, nemesis: every(seconds(10), fault, { lasting: seconds(3) }) })

test('the same seed gives a schedule of the same hash', () => {
  const hash = (seed: string): string => describeSchedule(drawSchedule(disturbed, seed, seconds(60))).hash

  expect(hash('a')).toBe(hash('a'))
  expect(hash('a')).not.toBe(hash('b'))
})

test('a load with no room for a fault is refused, for it would break nothing and be upheld', () => {
  expect(() => drawSchedule(disturbed, 'a', seconds(3))).toThrow('no room for a single fault')
})

test('an experiment without a nemesis has an empty schedule', () => {
  expect(drawSchedule(experiment(plan), 'a', seconds(3))).toEqual([])
})
