/** `ackproof drill`: one experiment, watched: by default the death of a leader under load, from start to verdict. */
import { Command } from 'commander'
import { chooseOne } from './choose-experiments.ts'
import { type RunArguments, withRunOptions } from './run-options.ts'
import { runAll } from './run.ts'
import type { Surroundings } from './surroundings.ts'

const defaultDrill = 'leader-sigkill'

export const drillCommand = (surroundings: Surroundings): Command =>
  withRunOptions(new Command('drill'))
    .description('watch a cluster under load while something breaks')
    .argument('[experiment]', 'a name from `ackproof list`, or a path like ./my-claim.ts', defaultDrill)
    .action(async (name: string, given: RunArguments) => {
      const experiment = await chooseOne(name, surroundings)
      surroundings.end(await runAll([experiment], given, surroundings))
    })
