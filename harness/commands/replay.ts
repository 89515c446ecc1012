/** `ackproof replay`: the schedule of an earlier run again, step by step as it was written down. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import type { RunOptions } from '../model/commands.ts'
import type { Reporter } from '../model/reporter.ts'
import type { RunReport } from '../model/report.ts'
import { contain } from '../reporters/contained.ts'
import { wrapped } from '../reporters/figures.ts'
import { findReplay, replayedOptions, targetsBeside, type Replay } from '../run/replay.ts'
import { chooseReporters } from './choose-reporters.ts'
import { nearestNames } from './nearest-names.ts'
import { countFrom } from './option-values.ts'
import { type RunArguments, withEndAndTelling } from './run-options.ts'
import { runSuite } from './run-suite.ts'
import type { Surroundings } from './surroundings.ts'

type ReplayArguments = Pick<RunArguments, 'repeat' | 'timeout' | 'failFast' | 'out' | 'reporter' | 'json' | 'debug'>

const help = `
RUN is the folder of a run (reports/...), its name, \`latest\`, or a schedule file, as \`ackproof shrink\` writes them.

Experiment, seed, Kafka version, configuration and the times of all faults are those of the schedule. Whom a fault hits is drawn
anew, from the same seed, among those who bear the role when it is due; the targets of both runs are shown beside each other.

Exit codes: as of \`ackproof run\`; 2 also where the schedule was changed, or the experiment has its faults no longer.`

export const replayCommand = (surroundings: Surroundings): Command =>
  withEndAndTelling(new Command('replay')
    .description('the schedule of an earlier run again')
    .argument('<run>', 'a run\'s folder or name, `latest`, or a schedule file')
    .option('--repeat <count>', 'run it so often, each time with the same seed', countFrom('--repeat', { least: 1 }), 1)
    .option('--json', 'print one JSON object a line for machines; people read standard error')
    .option('--debug', 'print the stack traces of errors'))
    .addHelpText('after', help)
    .action(async (run: string, given: ReplayArguments) => {
      const out = resolve(surroundings.cwd, given.out)
      const replay = await findReplay(run, { cwd: surroundings.cwd, out, nearest: nearestNames })
      surroundings.end(await runReplay(replay, { ...given, out }, surroundings))
    })

const runReplay = (replay: Replay, given: ReplayArguments, surroundings: Surroundings): Promise<number> => {
  const people = given.json ? surroundings.err : surroundings.out
  for (const change of replay.changes) people.write(`  ${change}\n`)

  const chosen = chooseReporters({ names: given.reporter, json: given.json ?? false, out: given.out }, surroundings)
  const targets = targetsReporter(replay.report, text => void people.write(text))
  const reporter = contain([...chosen, { name: 'targets', reporter: targets }], sentence => void surroundings.err.write(`${sentence}\n`))
  const signal = surroundings.interruption()
  const options: RunOptions = {
    ...replayedOptions(replay.schedule), out: given.out, signal,
    ...given.timeout && { timeout: given.timeout }, ...given.failFast && { failFast: given.failFast }
  }
  const runs = Array.from({ length: given.repeat }, () => ({ experiment: replay.named, options }))

  return runSuite(runs, { reporter, signal, debug: given.debug ?? false }, surroundings)
}

const targetsReporter = (earlier: RunReport | null, write: (text: string) => void): Reporter => ({
  runEnded: report => {
    const unknown = earlier === null ? ['whom the earlier run\'s faults hit is not known: no report with this schedule lies beside it'] : []
    const lines = [...targetsBeside(report, earlier), ...unknown].flatMap(sentence => wrapped(sentence, 98))
    if (lines.length > 0) write(`${lines.map((line, index) => `  ${(index === 0 ? 'whom' : '').padEnd(11)}${line}`).join('\n')}\n\n`)
  }
})
