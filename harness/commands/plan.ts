/** `ackproof plan`: a dry run. What would be started, loaded, broken and when, without starting anything. */
import { Command } from 'commander'
import type { PlanReport } from '../model/commands.ts'
import { describeDuration, milliseconds } from '../model/duration.ts'
import { printable } from '../model/printable.ts'
import { expectsDanger, expectsFinding, type Expectation, type FailureExpectation } from '../model/experiment.ts'
import type { ScheduledStep } from '../model/report.ts'
import type { TopicPlan } from '../model/topic.ts'
import { counted, grouped, wrapped } from '../reporters/figures.ts'
import { chooseOne } from './choose-experiments.ts'
import { type PlanArguments, planOptions, withPlanOptions } from './run-options.ts'
import type { Surroundings } from './surroundings.ts'

export const planCommand = (surroundings: Surroundings): Command =>
  withPlanOptions(new Command('plan'))
    .description('a dry run: cluster, load, schedule, checkers and expected duration')
    .argument('<experiment>', 'a name from `ackproof list`, or a path like ./my-claim.ts')
    .action(async (name: string, given: PlanArguments) => {
      const plan = surroundings.planExperiment(await chooseOne(name, surroundings), planOptions(given))
      surroundings.out.write(given.json ? `${JSON.stringify(plan, null, 2)}\n` : told(plan))
      surroundings.end(0)
    })

const told = (plan: PlanReport): string => [
  '',
  `  ${printable(plan.experiment)}${plan.control ? ' (control)' : ''}`,
  ...wrapped(printable(plan.claim), 110).map(line => `  ${line}`),
  '',
  ...row('cluster', `Kafka ${plan.kafkaVersion}, ${clusterWords(plan)}`),
  ...plan.topics.flatMap(topic => row('topic', topicWords(topic))),
  ...plan.workloads.flatMap(workload => row('load', workload)),
  ...row('faults', plan.nemesis ?? 'none: nothing is disturbed'),
  ...plan.schedule.steps.flatMap((step, index) => row('', stepWords(step, index))),
  ...plan.checkers.flatMap(({ name, description }) => row('checker', `${name}: ${description}`)),
  ...plan.expects.flatMap(one => row('expected', expectedWords(one))),
  ...row('takes', `${describeDuration(milliseconds(plan.durationMs))} of load, about ${describeDuration(milliseconds(plan.expectedMs))} in all`),
  ...row('seed', plan.seed),
  ...plan.schedule.steps.length === 0 ? [] : row('schedule', `${counted(plan.schedule.steps.length, 'fault', 'faults')}, hash ${plan.schedule.hash.slice(0, 16)}`),
  '',
  ''
].join('\n')

const failures: Readonly<Record<FailureExpectation['outcome'], string>> = {
  'failed': 'sends that fail', 'rejected': 'sends that are rejected', 'indeterminate': 'sends that end in doubt', 'fenced': 'sends of fenced producers that are not acknowledged',
  'late-commits': 'commits of members whose partition another has been given, and that are refused', 'read-aborted': 'deliveries of aborted records',
  'others-moved': 'partitions of members that no fault hit and that change hands'
}

const expectedWords = (expectation: Expectation): string =>
  `${expectation.client === undefined ? '' : `with ${expectation.client}: `}${whatIsExpected(expectation)}`

const whatIsExpected = (expectation: Expectation): string => {
  if (expectsDanger(expectation)) return `a warning of the contract: ${expectation.danger}`
  const least = expectation.atLeast === 0 ? 'perhaps some' : `at least ${grouped(expectation.atLeast)}`
  if (!expectsFinding(expectation)) return `${least} ${failures[expectation.outcome]}`
  const { anomaly, level, among, topic } = expectation

  return `${least} ${anomaly} (${level})${topic === undefined ? '' : ` in ${topic}`}${among === 'any' ? '' : `, among the ${among} records`}`
}

const clusterWords = ({ cluster: { brokers, controllers, config, disks, features } }: PlanReport): string => [
  counted(brokers, 'broker', 'brokers') + (controllers === 'combined' ? ', combined with the controllers' : ` and ${counted(controllers, 'dedicated controller', 'dedicated controllers')}`),
  ...disks === undefined ? [] : [`${counted(disks.directories ?? 1, 'disk', 'disks')} of ${disks.megabytes} MB for each`],
  ...settings(config),
  ...settings(features ?? {})
].join(', ')

const topicWords = ({ name, partitions, replicas, minInsyncReplicas, createdBy, config }: TopicPlan): string => [
  `${name}: ${counted(partitions, 'partition', 'partitions')}`, counted(replicas, 'replica', 'replicas'), `min ISR ${minInsyncReplicas}`, ...settings(config),
  ...createdBy === undefined ? [] : ['created by the brokers']
].join(', ')

const settings = (config: Readonly<Record<string, string | number>>): readonly string[] => Object.entries(config).map(([key, value]) => `${key}=${value}`)

/** How a step stands to those before it; the first has none. */
const stepWords = ({ atMs, lastingMs, fault, overlapping }: ScheduledStep, index: number): string => {
  const relation = overlapping ? ', whatever else is in force' : index > 0 ? ', once the cluster is steady again' : ''

  return `${index + 1}. at ${describeDuration(milliseconds(atMs))}: ${fault}, for ${describeDuration(milliseconds(lastingMs))}${relation}`
}

const row = (label: string, text: string): readonly string[] =>
  wrapped(printable(text), 98).map((line, index) => `  ${(index === 0 ? label : '').padEnd(11)}${line}`)
