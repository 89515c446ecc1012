/** `ackproof explain`: what a run found, or what happened to one of its records. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { paintFor } from '../reporters/paint.ts'
import { recordStory, runStory } from '../reporters/story.ts'
import { recordData, runData } from '../reporters/story-data.ts'
import { nearestNames } from './nearest-names.ts'
import type { Surroundings } from './surroundings.ts'

interface ExplainArguments {
  readonly json?: true
  readonly out: string
}

const help = `
RUN is the folder of a run (reports/...), its name, \`latest\`, or a history file (.ndjson, .ndjson.gz, .ndjson.zst).
ID is a record's, as findings and histories name it: p1:1402.

Without ID: the verdict, the findings, and what happened to a few of their records. With ID: everything that is known of that
record, in the order of time, and in one sentence what became of it: lost before, in or after the broker, doubled, passed
over, or nothing of the kind.

Exit codes: 0 told, whatever the verdict; 2 the run or the record is not known, or the history cannot be read.`

export const explainCommand = (surroundings: Surroundings): Command =>
  new Command('explain')
    .description('tell what a run found, or the story of one record')
    .argument('<run>', 'a run\'s folder or name, `latest`, or a history file')
    .argument('[id]', 'the record')
    .option('--json', 'print one JSON object for machines')
    .option('--out <folder>', 'the folder of the runs', 'reports')
    .option('--debug', 'print the stack traces of errors')
    .addHelpText('after', help)
    .action(async (run: string, id: string | undefined, { json, out: folder }: ExplainArguments) => {
      const { cwd, explain, out, environment } = surroundings
      const options = { cwd, out: resolve(cwd, folder), nearest: nearestNames }
      const layout = { paint: paintFor(out, environment), columns: out.columns }

      if (id === undefined) {
        const told = await explain.run(run, options)
        out.write(json ? `${JSON.stringify(runData(told))}\n` : `${runStory(told, layout).join('\n')}\n`)
      } else {
        const told = await explain.record(run, id, options)
        out.write(json ? `${JSON.stringify(recordData(told))}\n` : `${recordStory(told, layout).join('\n')}\n`)
      }
      surroundings.end(0)
    })
