/** `plan`: the whole schedule in words, before anything is run. */
import { expect, it } from 'vitest'
import { planCommand } from '../../harness/commands/plan.ts'
import type { PlanExperiment, PlanReport } from '../../harness/model/commands.ts'
import { brokers } from '../../harness/model/cluster.ts'
import { minutes, seconds } from '../../harness/model/duration.ts'
import type { Fault, Nemesis } from '../../harness/model/fault.ts'
import { overlap, sequence, storm, weather } from '../../harness/nemesis/index.ts'
import { planExperiment } from '../../harness/run/plan.ts'
import { attempt } from './surroundings.ts'

const fault = (description: string): Fault => ({ description, what: description, needs: [], prepare: () => Promise.reject(new Error('never')) })
const [kill, cut] = [fault('kill it'), fault('cut it')]

const planning = (nemesis: Nemesis): PlanExperiment => (named, options) =>
  planExperiment({ ...named, experiment: { ...named.experiment, nemesis, duration: minutes(1) } }, options)

it.each<[string, Nemesis, string]>([
  ['a storm', storm(seconds(5), [kill, cut], { count: 4, within: seconds(20), shortest: seconds(1), longest: seconds(2) }),
    'after 5 s a storm: 4 faults of 1 s to 2 s within 20 s, each one of: kill it; cut it'],
  ['a sequence', sequence({ after: seconds(4), fault: kill, lasting: seconds(5) }, { after: seconds(3), fault: cut, lasting: seconds(6) }),
    'one after the other: after 4 s kill it, for 5 s; 3 s after that cut it, for 6 s'],
  ['an overlap', overlap(seconds(4), [kill, cut], { lasting: seconds(10) }), 'after 4 s, on top of one another: kill it; cut it; each for 10 s'],
  ['weather', weather([kill, cut], { calm: 0.4, shortest: seconds(2), longest: seconds(9), atOnce: 2 }),
    'random weather, 40 % of it calm: at most 2 at once, each for 2 s to 9 s, of: kill it; cut it']
])('tells of %s what may come, and every fault that the seed draws', async (_, nemesis, words) => {
  const surroundings = { planExperiment: planning(nemesis) }
  const { out } = await attempt(planCommand, ['leader-sigkill', '--seed', '3'], surroundings)
  const { schedule } = JSON.parse((await attempt(planCommand, ['leader-sigkill', '--seed', '3', '--json'], surroundings)).out) as PlanReport
  const told = out.replaceAll(/\n +/g, ' ')

  expect(told).toContain(words)
  expect(told.match(/\d+\. at [\d.]+ m?s: (kill|cut) it, for [\d.]+ s/g)).toHaveLength(schedule.steps.length)
  expect(told.match(/, whatever else is in force/g) ?? []).toHaveLength(schedule.steps.filter(({ overlapping }) => overlapping).length)
  expect(told).toContain(schedule.hash.slice(0, 16))
})

it('tells what a cluster asks for beside its nodes, and of which topic a control must show something', async () => {
  const asking: PlanExperiment = (named, options) => planExperiment({
    ...named,
    experiment: {
      ...named.experiment,
      cluster: brokers(3, { controllers: 1, disks: { megabytes: 256, directories: 2 }, config: { 'num.io.threads': '8' }, features: { 'group.version': 0 } }),
      expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'any', topic: 'orders' }]
    }
  }, options)
  const told = (await attempt(planCommand, ['leader-sigkill', '--seed', '3'], { planExperiment: asking })).out.replaceAll(/\n +/g, ' ')

  expect(told).toContain('3 brokers and 1 dedicated controller, 2 disks of 256 MB for each, num.io.threads=8, group.version=0')
  expect(told).toContain('at least 1 lost (permitted) in orders')
})
