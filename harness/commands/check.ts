/** `ackproof check`: judges histories that anything wrote. A file that cannot be judged is told, and the others still are. */
import { Command } from 'commander'
import { messageOf } from '../model/errors.ts'
import { exitCodeOfSeveral, type Judgement, type Verdict } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import { figures, findingLines } from '../reporters/ending.ts'
import { paintFor } from '../reporters/paint.ts'
import { paintVerdict, verdictTitle } from '../reporters/verdict-words.ts'
import { countFrom } from './option-values.ts'
import type { Surroundings } from './surroundings.ts'

interface CheckArguments {
  readonly json?: true
  readonly witnesses: number
  readonly debug?: true
}

const help = `
A history is NDJSON (.ndjson, .ndjson.gz, .ndjson.zst), one event a line; the documentation of the format is in docs/.

Exit codes: 0 upheld, 1 refuted or stalled or too slow, 2 a file that cannot be judged, 4 nothing was shown. Of several files the
gravest.`

export const checkCommand = (surroundings: Surroundings): Command =>
  new Command('check')
    .description('judge histories that anything wrote')
    .argument('<files...>', 'histories')
    .option('--json', 'print one JSON object a line, in the order of the files')
    .option('--witnesses <count>', 'how many records each finding names', countFrom('--witnesses', { least: 0 }), 100)
    .option('--debug', 'print the stack traces of errors')
    .addHelpText('after', help)
    .action(async (files: readonly string[], given: CheckArguments) => {
      const results: (Verdict | 'input-error')[] = []
      for (const file of files) results.push(await checkOne(file, given, surroundings))
      surroundings.end(exitCodeOfSeveral(results))
    })

const checkOne = async (file: string, { json, witnesses, debug }: CheckArguments, surroundings: Surroundings): Promise<Verdict | 'input-error'> => {
  try {
    const { judgement, warnings } = await surroundings.judgeHistory(file, { witnesses })
    for (const warning of warnings) surroundings.err.write(`${printable(file)}: ${printable(warning)}\n`)
    surroundings.out.write(json ? `${JSON.stringify(judgement)}\n` : told(file, judgement, surroundings))

    return judgement.verdict
  } catch (error) {
    const problem = inputProblem(file, error)
    if (problem === undefined) throw error
    surroundings.err.write(`${problem}\n${debug && error instanceof Error ? `${error.stack ?? ''}\n` : ''}`)

    return 'input-error'
  }
}

const told = (file: string, judgement: Judgement, { out, environment }: Surroundings): string => {
  const paint = paintFor(out, environment)
  const title = verdictTitle(judgement.verdict, { control: false })

  return [
    '',
    `  ${paintVerdict(paint, judgement.verdict, title)}   ${printable(file)}`,
    ...findingLines(judgement, paint),
    '',
    ...figures(judgement),
    ''
  ].join('\n')
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'this user may not read it'
}

/** What is wrong with the file, or undefined where the error is not about the file. */
const inputProblem = (file: string, error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  if (error.name === 'InputError' || error.name === 'UsageError') return messageOf(error)

  const reason = 'code' in error && typeof error.code === 'string' ? unreadable[error.code] : undefined

  return reason && `${printable(file)}: ${reason}`
}
