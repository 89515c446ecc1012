/** `ackproof shrink`: searches the least schedule that still gives a run's finding, by running ever smaller ones. */
import { relative, resolve } from 'node:path'
import { Command } from 'commander'
import { wasSkipped } from '../model/commands.ts'
import { describeDuration, milliseconds, type Duration } from '../model/duration.ts'
import { InfrastructureError } from '../model/errors.ts'
import { exitCodeOf, exitCodes } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import { contain, type ContainedReporter } from '../reporters/contained.ts'
import { counted } from '../reporters/figures.ts'
import { replayedOptions } from '../run/replay.ts'
import { hashOf } from '../run/schedule.ts'
import { findShrink, scheduleOfCandidate, type ShrinkOrder, writeShrunk } from '../run/shrink.ts'
import { keepTrials, readTrials } from '../run/shrink-file.ts'
import { compared, foundWords, type Shown } from '../run/shrink-finding.ts'
import type { Candidate } from '../run/shrink-search.ts'
import { shrink, type Shrunk, type ShrinkEnd } from '../run/shrink-trials.ts'
import { chooseReporters } from './choose-reporters.ts'
import { exitCodeOfError } from './exit-codes.ts'
import { nearestNames } from './nearest-names.ts'
import { countFrom, durationFrom } from './option-values.ts'
import type { Surroundings } from './surroundings.ts'

interface ShrinkArguments {
  readonly runs: number
  readonly repeat: number
  readonly time?: Duration
  readonly timeout?: Duration
  readonly out: string
  readonly json?: true
}

const help = `
RUN is the folder of a run that found something, its name, or \`latest\`. First fewer faults are tried, then less calm around them, then
shorter ones. A smaller schedule is taken only if it gives the same finding (the same verdict and the same anomalies, whatever is only
information left aside) in each of its runs. The result is RUN/shrunk.json, which \`ackproof replay\` takes.

What was tried is kept in RUN/shrink.json after every run: the same command goes on where it was ended.

Exit codes: 0 the least schedule found so far is known, 2 the run is not known or found nothing, 3 infrastructure, 4 the finding did not
come again, 5 something could not be cleaned up, 130 interrupted.`

export const shrinkCommand = (surroundings: Surroundings): Command =>
  new Command('shrink')
    .description('search the least schedule that still gives a run\'s finding')
    .argument('<run>', 'a run\'s folder or name, or `latest`')
    .option('--runs <count>', 'the most runs from now on', countFrom('--runs', { least: 1 }), 12)
    .option('--repeat <count>', 'in how many runs a schedule must give the finding, each time', countFrom('--repeat', { least: 1 }), 2)
    .option('--time <duration>', 'how long runs may begin, as in 30m or 2h', durationFrom('--time'))
    .option('--timeout <duration>', 'the longest that one run may take; past it, it heals and ends inconclusive', durationFrom('--timeout'))
    .option('--out <folder>', 'the folder of the runs, and where each further one is made', 'reports')
    .option('--json', 'print one JSON object for machines; people read standard error')
    .option('--debug', 'print the stack traces of errors')
    .addHelpText('after', help)
    .action(async (run: string, given: ShrinkArguments) => {
      const out = resolve(surroundings.cwd, given.out)
      const order = await findShrink(run, { cwd: surroundings.cwd, out, nearest: nearestNames })
      surroundings.end(await search(order, { ...given, out }, surroundings))
    })

const search = async (order: ShrinkOrder, given: ShrinkArguments, surroundings: Surroundings): Promise<number> => {
  const people = given.json ? surroundings.err : surroundings.out
  const line = (text: string): void => void people.write(`  ${text}\n`)
  const { replay: { changes, schedule }, wanted, subject } = order
  const whole = { durationMs: schedule.durationMs, steps: schedule.steps }
  const known = readTrials(subject)
  for (const change of changes) line(change)
  line(`searching the least schedule for ${foundWords(wanted)}; the whole one has ${candidateWords(whole)}`)
  if (known.length > 0) line(counted(known.reduce((sum, { runs }) => sum + runs.length, 0), 'earlier run counts', 'earlier runs count'))

  const reporter = contain(chooseReporters({ names: ['json', 'markdown'], json: false, out: given.out }, surroundings), sentence => void surroundings.err.write(`${sentence}\n`))
  const signal = surroundings.interruption()
  const shrunk = await shrink(whole, known, { runs: given.runs, repeat: given.repeat, milliseconds: given.time?.milliseconds }, {
    run: candidate => runCandidate(order, candidate, { given, reporter, signal, surroundings }),
    keep: trials => { keepTrials(subject, trials) },
    told: ({ candidate, number, shown }) => { line(`run ${number} of at most ${given.runs}   ${candidateWords(candidate)}   ${shown.same ? 'the same' : `not the same (${foundWords(shown)})`}   ${printable(shown.folder)}`) },
    now: () => performance.now()
  })

  return tell(order, shrunk, { given, line, surroundings, untold: reporter.failures().length > 0 })
}

interface Running {
  readonly given: ShrinkArguments
  readonly reporter: ContainedReporter
  readonly signal: AbortSignal
  readonly surroundings: Surroundings
}

/** Undefined: interrupted. What a run came to before, or how it ended then, says nothing of its schedule, unless something is left behind. */
const runCandidate = async (order: ShrinkOrder, candidate: Candidate, { given, reporter, signal, surroundings }: Running): Promise<Shown | undefined> => {
  if (signal.aborted) return undefined
  const options = { ...replayedOptions(scheduleOfCandidate(order, candidate)), out: given.out, signal, ...given.timeout && { timeout: given.timeout } }
  const report = await surroundings.runExperiment(order.replay.named, options, reporter).catch((error: unknown) => {
    if (isAborted(signal) && exitCodeOfError(error) !== exitCodes.notCleanedUp) return undefined
    throw error
  })
  if (report === undefined || isAborted(signal)) return undefined
  if (wasSkipped(report)) throw new InfrastructureError({ happened: `The run was skipped: ${report.reason}.`, next: '`ackproof doctor` says what this machine can do.' })

  return compared(order.wanted, report)
}

// A function, because the compiler does not know that it changes while a run is waited for.
const isAborted = (signal: AbortSignal): boolean => signal.aborted

interface Telling {
  readonly given: ShrinkArguments
  readonly line: (text: string) => void
  readonly surroundings: Surroundings
  /** A reporter failed, so that a run's folder is not whole. */
  readonly untold: boolean
}

const tell = (order: ShrinkOrder, shrunk: Shrunk, { given, line, surroundings, untold }: Telling): number => {
  const { ended, least, shown, runs } = shrunk
  const { cwd } = surroundings
  const { schedule } = order.subject
  const smaller = least.durationMs !== schedule.durationMs || hashOf(least.steps) !== schedule.hash
  const file = smaller ? writeShrunk(order, least, cwd) : null
  const folder = relative(cwd, order.subject.folder) || '.'
  const code = codeOf(shrunk)

  line(endWords[ended](given))
  line(shown === 0 ? 'no schedule is known that gives the finding again' : `the least: ${candidateWords(least)}, the same finding in ${shown} of ${counted(runs, 'run', 'runs')}`)
  for (const { fault, atMs, lastingMs } of shown === 0 ? [] : least.steps) line(`  at ${describeDuration(milliseconds(atMs))}: ${printable(fault)}, for ${describeDuration(milliseconds(lastingMs))}`)
  if (file !== null) line(`again      npx ackproof replay ${printable(file)}`)
  if (ended !== 'done' && ended !== 'not-again') line(`go on      npx ackproof shrink ${printable(folder)}`)
  if (given.json) surroundings.out.write(`${JSON.stringify({ ...order.wanted, ...shrunk, file })}\n`)

  return code === 0 && untold ? exitCodes.infrastructure : code
}

const endWords: Readonly<Record<ShrinkEnd, (given: ShrinkArguments) => string>> = {
  'done': () => 'nothing smaller is left to try',
  'not-again': () => 'the finding did not come again with the whole schedule, so that no smaller one was tried',
  'runs': ({ runs }) => `ended after ${counted(runs, 'run', 'runs')} (--runs); smaller schedules are left to try`,
  'time': ({ time = milliseconds(0) }) => `ended after ${describeDuration(time)} (--time); smaller schedules are left to try`,
  'interrupted': () => 'interrupted; smaller schedules are left to try'
}

/** Without a schedule that gave the finding again, nothing was shown. */
const codeOf = ({ ended, shown }: Shrunk): number => ended === 'interrupted' ? exitCodes.interrupted : shown > 0 ? 0 : exitCodeOf('vacuous')

const candidateWords = ({ steps, durationMs }: Candidate): string => {
  const broken = steps.reduce((sum, { lastingMs }) => sum + lastingMs, 0)

  return `${counted(steps.length, 'fault', 'faults')}, ${describeDuration(milliseconds(broken))} in force, ${describeDuration(milliseconds(durationMs))} of load`
}
