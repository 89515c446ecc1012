/** The options that every command with a run in it understands, and how they become the options of a run. */
import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { clientNames } from '../run/client-choice.ts'
import { defaultClient, defaultKafkaVersion, type NamedExperiment, type PlanOptions } from '../model/commands.ts'
import type { Duration } from '../model/duration.ts'
import type { Configuration } from '../model/metadata.ts'
import { reporterNames } from './choose-reporters.ts'
import { countFrom, durationFrom, keyValueInto, namesInto, seedFrom, versionsFrom } from './option-values.ts'
import type { SuiteRun } from './run-suite.ts'

export interface PlanArguments {
  readonly seed?: string
  readonly versions: readonly string[]
  readonly duration?: Duration
  readonly brokerConfig: Configuration
  readonly topicConfig: Configuration
  readonly json?: true
  readonly debug?: true
}

export interface RunArguments extends PlanArguments {
  readonly repeat: number
  readonly clients: readonly string[]
  readonly timeout?: Duration
  readonly failFast?: true
  readonly out: string
  readonly reporter: readonly string[]
}

/** What decides how a run will go. */
export const withPlanOptions = (command: Command): Command => command
  .option('--seed <seed>', 'where all chance of the run comes from; without it a new one is drawn and printed', seedFrom)
  .option('--versions <versions>', 'Kafka versions, with commas between them', versionsFrom, [defaultKafkaVersion])
  .option('--duration <duration>', 'how long the load runs, instead of what the experiment says, as in 90s or 5m', durationFrom('--duration'))
  .option('--broker-config <key=value>', 'laid over the brokers\' configuration; may be repeated', keyValueInto('--broker-config'), {})
  .option('--topic-config <key=value>', 'laid over every topic\'s configuration; may be repeated', keyValueInto('--topic-config'), {})
  .option('--json', 'print one JSON object a line for machines; people read standard error')
  .option('--debug', 'print the stack traces of errors')

export const withRunOptions = (command: Command): Command => withEndAndTelling(withPlanOptions(command)
  .option('--clients <names>', `what produces and consumes, each run with each: ${clientNames.join(', ')} (default: what the experiment says, else ${defaultClient})`, namesInto, [])
  .option('--repeat <count>', 'run each one so often, each time with a seed of its own', countFrom('--repeat', { least: 1 }), 1))

/** What may end a run early, and how it is told. */
export const withEndAndTelling = (command: Command): Command => command
  .option('--timeout <duration>', 'the longest that one run may take; past it, it heals and ends inconclusive', durationFrom('--timeout'))
  .option('--fail-fast', 'end the load at the first loss or copy that is certain and refutes the claim; audit and judgement follow')
  .option('--out <folder>', 'where each run\'s folder is made', 'reports')
  .option('--reporter <names>', `who tells it: ${reporterNames.join(', ')} (default: all files, and the screen)`, namesInto, [])

/** The first seed of a command, which is also the first run's. */
export const firstSeed = (seed: string | undefined): string => seed ?? String(randomInt(1, 2 ** 31))

/** What a plan is made of; of several versions the first. */
export const planOptions = ({ seed, versions, duration, brokerConfig, topicConfig }: PlanArguments): PlanOptions => ({
  seed: firstSeed(seed),
  kafkaVersion: versions[0] ?? defaultKafkaVersion,
  brokerConfig,
  topicConfig,
  ...duration && { durationOverride: duration }
})

/** What all runs of a command share. */
interface Standing {
  readonly cwd: string
  readonly signal: AbortSignal
}

/** Every run that a command asks for: each experiment, on each version, with each client, so often. */
export const runsOf = (experiments: readonly NamedExperiment[], given: RunArguments, { cwd, signal }: Standing): readonly SuiteRun[] => {
  const plan = planOptions(given)
  const rounds = Array.from({ length: given.repeat }, (_, index) => index === 0 ? plan.seed : `${plan.seed}-${index + 1}`)

  const clients = given.clients.length === 0 ? [undefined] : [...new Set(given.clients)]

  return experiments.flatMap(experiment => given.versions.flatMap(kafkaVersion => rounds.flatMap(seed => clients.map(client => ({
    experiment,
    options: {
      ...plan, seed, kafkaVersion, out: resolve(cwd, given.out), signal, ...client !== undefined && { client },
      ...given.timeout && { timeout: given.timeout }, ...given.failFast && { failFast: given.failFast }
    }
  })))))
}
