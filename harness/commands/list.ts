/** `ackproof list`: the claims. */
import { basename, dirname, relative } from 'node:path'
import { Command } from 'commander'
import type { NamedExperiment } from '../model/commands.ts'
import { messageOf } from '../model/errors.ts'
import { exitCodes } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import { wrapped } from '../reporters/figures.ts'
import { type Paint, paintFor } from '../reporters/paint.ts'
import { loadWhatLoads, tagsOf, withTags } from './choose-experiments.ts'
import { namesInto } from './option-values.ts'
import type { Surroundings } from './surroundings.ts'

interface ListArguments {
  readonly tag: readonly string[]
  readonly json?: true
}

export const listCommand = (surroundings: Surroundings): Command =>
  new Command('list')
    .description('list the experiments and their claims')
    .option('--tag <tags>', 'only those that bear one of these tags; may be repeated', namesInto, [])
    .option('--json', 'print one JSON array for machines')
    .option('--debug', 'print the stack traces of errors')
    .action(async ({ tag, json }: ListArguments) => {
      const { loaded, errors } = await loadWhatLoads()
      const experiments = withTags(loaded, tag)
      const text = json ? JSON.stringify(experiments.map(dataOf(surroundings.cwd)), null, 2) : told(experiments, surroundings)
      surroundings.out.write(`${text}\n`)
      for (const error of errors) surroundings.err.write(`${messageOf(error)}\n`)
      surroundings.end(errors.length === 0 ? 0 : exitCodes.input)
    })

const dataOf = (cwd: string) => (named: NamedExperiment) => ({
  name: named.name,
  claim: named.experiment.claim,
  control: named.experiment.expects !== undefined,
  tags: tagsOf(named),
  durationMs: named.experiment.duration.milliseconds,
  file: relative(cwd, named.file),
  hash: named.hash
})

const claimWidth = 84

/** By folder, the claim beside the name. */
const told = (experiments: readonly NamedExperiment[], { out, environment }: Surroundings): string => {
  const paint = paintFor(out, environment)
  const nameWidth = Math.max(0, ...experiments.map(({ name }) => name.length))
  const folders = [...Map.groupBy(experiments, ({ file }) => basename(dirname(file)))].sort(([one], [other]) => one.localeCompare(other))

  return folders
    .flatMap(([folder, all]) => ['', `  ${paint.strong(folder)}`, ...all.flatMap(each => entry(each, { nameWidth, paint }))])
    .join('\n')
}

interface Layout {
  readonly nameWidth: number
  readonly paint: Paint
}

const entry = ({ name, experiment }: NamedExperiment, { nameWidth, paint }: Layout): readonly string[] => {
  const claim = experiment.expects === undefined ? experiment.claim : `(control) ${experiment.claim}`
  const [first = '', ...rest] = wrapped(printable(claim), claimWidth)

  return [`  ${paint.good(name.padEnd(nameWidth))}   ${first}`, ...rest.map(line => `  ${' '.repeat(nameWidth)}   ${line}`)]
}
