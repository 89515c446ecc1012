/** `ackproof run`: experiments, one after the other. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import type { NamedExperiment } from '../model/commands.ts'
import { UsageError } from '../model/errors.ts'
import { contain } from '../reporters/contained.ts'
import { chooseExperiments } from './choose-experiments.ts'
import { refuseMissingClients } from '../run/client-choice.ts'
import { chooseReporters } from './choose-reporters.ts'
import { namesInto } from './option-values.ts'
import { type RunArguments, runsOf, withRunOptions } from './run-options.ts'
import { runSuite } from './run-suite.ts'
import type { Surroundings } from './surroundings.ts'

const help = `
Examples:
  ackproof run leader-sigkill --seed 4711     the same run again
  ackproof run --tag controls                 every control
  ackproof run ./my-claim.ts --duration 30s   your own experiment, shortened
  ackproof run leader-sigkill --versions 3.9.2,4.3.0 --repeat 3
  ackproof run leader-sigkill --clients kafkajs,platformatic
  ackproof run --tag nightly --fail-fast      end each load at what refutes its claim

Exit codes: 0 upheld, 1 refuted (or stalled, or too slow), 2 wrong usage, 3 infrastructure, 4 nothing was shown,
5 something could not be cleaned up, 130 interrupted.`

export const runCommand = (surroundings: Surroundings): Command =>
  withRunOptions(new Command('run'))
    .description('run experiments, one after the other')
    .argument('[names...]', 'names from `ackproof list`, or paths like ./my-claim.ts; none: all of them')
    .option('--tag <tags>', 'only those that bear one of these tags; may be repeated', namesInto, [])
    .addHelpText('after', help)
    .action(async (names: readonly string[], given: RunArguments & { readonly tag: readonly string[] }) => {
      const experiments = await chooseExperiments({ names, tags: given.tag, cwd: surroundings.cwd })
      surroundings.end(await runAll(experiments, given, surroundings))
    })

/** Runs them all, told as asked. */
export const runAll = async (experiments: readonly NamedExperiment[], given: RunArguments, surroundings: Surroundings): Promise<number> => {
  if (experiments.length === 0) {
    throw new UsageError({ happened: 'There is no experiment to run.', next: '`ackproof list` shows what there is.' })
  }

  await refuseMissingClients(given.clients)
  const telling = { names: given.reporter, json: given.json ?? false, out: resolve(surroundings.cwd, given.out) }
  const reporter = contain(chooseReporters(telling, surroundings), sentence => void surroundings.err.write(`${sentence}\n`))
  const signal = surroundings.interruption()

  return runSuite(runsOf(experiments, given, { cwd: surroundings.cwd, signal }), { reporter, signal, debug: given.debug ?? false }, surroundings)
}
