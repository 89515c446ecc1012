/** Schedules as data, and the refusal of one that breaks nothing. */
import { expect, test } from 'vitest'
import { seconds } from '../../harness/model/duration.ts'
import { experiment } from '../../harness/model/experiment.ts'
import { brokers } from '../../harness/model/cluster.ts'
import type { Fault } from '../../harness/model/fault.ts'
import { every, overlap } from '../../harness/nemesis/index.ts'
import { describeSchedule, drawSchedule, isDrawn, rebuildSchedule, scheduleOf } from '../../harness/run/schedule.ts'

const fault: Fault = { description: 'break it', what: 'break', needs: [], prepare: () => Promise.reject(new Error('never')) }
const plan = { claim: 'It holds.', cluster: brokers(3), workload: [], duration: seconds(60), checkers: [] }
const disturbed = experiment({ ...plan, nemesis: every(seconds(10), fault, { lasting: seconds(3) }) })

test('the same seed gives a schedule of the same hash', () => {
  const hash = (seed: string): string => describeSchedule(drawSchedule(disturbed, seed, seconds(60)), disturbed).hash

  expect(hash('a')).toBe(hash('a'))
  expect(hash('a')).not.toBe(hash('b'))
})

test('a load with no room for a fault is refused, for it would break nothing and be upheld', () => {
  expect(() => drawSchedule(disturbed, 'a', seconds(3))).toThrow('no room for a single fault')
})

test('an experiment without a nemesis has an empty schedule', () => {
  expect(drawSchedule(experiment(plan), 'a', seconds(3))).toEqual([])
})

const other: Fault = { ...fault, description: 'break that' }
const several = experiment({ ...plan, nemesis: overlap(seconds(5), [fault, other], { lasting: seconds(3) }) })
const written = describeSchedule(drawSchedule(several, 'a', seconds(60)), several)

test('what was written is made again, faults and times and streams, through JSON', () => {
  const steps = JSON.parse(JSON.stringify(written.steps)) as typeof written.steps

  expect(rebuildSchedule(several, steps)).toEqual(drawSchedule(several, 'a', seconds(60)))
  expect(isDrawn(several, 'a', { steps, duration: seconds(60) })).toBe(true)
  expect(isDrawn(several, 'b', { steps, duration: seconds(60) })).toBe(false)
})

test('steps that are given are taken instead of those that the seed draws', () => {
  expect(scheduleOf(several, { seed: 'b', steps: written.steps.slice(0, 1) }, seconds(60))).toHaveLength(1)
  expect(scheduleOf(several, { seed: 'b' }, seconds(60))).toHaveLength(2)
})

test('a fault is found by its words where another now stands in its place, and refused where there is none, or several', () => {
  const moved = experiment({ ...plan, nemesis: overlap(seconds(5), [{ ...fault, description: 'new' }, fault, other], { lasting: seconds(3) }) })
  const gone = experiment({ ...plan, nemesis: every(seconds(10), other, { lasting: seconds(3) }) })
  const twins = experiment({ ...plan, nemesis: overlap(seconds(5), [{ ...fault, description: 'new' }, fault, { ...fault }], { lasting: seconds(3) }) })
  const [step] = written.steps.filter(({ choice }) => choice === 1)
  if (step === undefined) throw new Error('There is one.')

  expect(rebuildSchedule(moved, [step])[0]?.fault).toBe(fault)
  expect(() => rebuildSchedule(gone, [step])).toThrow('step 1 of the schedule: The experiment has no fault "break it" (any more); it has: break that.')
  expect(() => rebuildSchedule(twins, [step])).toThrow('of which there is only one')
  expect(() => rebuildSchedule(experiment(plan), [step])).toThrow('it has: none')
})

test('a schedule without any fault is refused for an experiment that has some, and no other', () => {
  expect(() => rebuildSchedule(several, [])).toThrow('holds no fault')
  expect(rebuildSchedule(experiment(plan), [])).toEqual([])
})
