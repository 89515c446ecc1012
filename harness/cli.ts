/**
 * The command line: arguments in, exit code out. It only joins things: each command is a file in `commands/`, and what it
 * needs of the harness is loaded when it is asked for, so that `list` and `--help` do not wait for Kafka clients.
 */
import { Command, CommanderError } from 'commander'
import { checkCommand } from './commands/check.ts'
import { doctorCommand } from './commands/doctor.ts'
import { drillCommand } from './commands/drill.ts'
import { exitCodeOfError } from './commands/exit-codes.ts'
import { explainCommand } from './commands/explain.ts'
import { healCommand } from './commands/heal.ts'
import { listenForInterruption } from './commands/interruption.ts'
import { listCommand } from './commands/list.ts'
import { planCommand } from './commands/plan.ts'
import { replayCommand } from './commands/replay.ts'
import { runCommand } from './commands/run.ts'
import { shrinkCommand } from './commands/shrink.ts'
import type { Surroundings } from './commands/surroundings.ts'
import { messageOf } from './model/errors.ts'
import { exitCodeOf, exitCodes } from './model/judgement.ts'
import { harnessVersion } from './model/version.ts'
import { planExperiment } from './run/plan.ts'

/** Runs one command and sets the process's exit code. */
export const main = async (words: readonly string[]): Promise<void> => {
  const debug = words.includes('--debug')
  let exitCode = 0
  const crashes = watchCrashes({ debug })
  endQuietlyWithReader()
  const program = programOf(surroundingsOf(code => { exitCode = code }, crashes.listen))

  try {
    await program.parseAsync([...words], { from: 'user' })
  } catch (error) {
    exitCode = failed(error, { debug })
  }

  // A bug that nobody waited for is no verdict: it must not read as "refuted", nor as anybody's Ctrl-C.
  end(crashes.any() ? exitCodeOf('invalid') : exitCode)
}

interface Crashes {
  readonly listen: (listener: (error: unknown) => void) => void
  readonly any: () => boolean
}

/** What is thrown where nobody waits would end Node at once, with exit code 1 and a cluster left behind: whoever listens heals first. */
const watchCrashes = ({ debug }: { readonly debug: boolean }): Crashes => {
  const listeners: ((error: unknown) => void)[] = []
  let crashed = false
  const crash = (error: unknown): void => {
    crashed = true
    if (listeners.length === 0) process.exit(failed(error, { debug }))
    if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
    for (const listener of listeners) listener(error)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)

  return { listen: listener => { listeners.push(listener) }, any: () => crashed }
}

const programOf = (surroundings: Surroundings): Command => {
  const program = new Command('ackproof')
    .description('A chaos testing harness for Apache Kafka that proves, record by record, what happened to what was acknowledged.')
    .version(harnessVersion())

  for (const make of [drillCommand, runCommand, listCommand, planCommand, checkCommand, explainCommand, replayCommand, shrinkCommand, doctorCommand, healCommand]) {
    program.addCommand(make(surroundings))
  }
  // Commander would end the process itself, with an exit code that here means "refuted".
  for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError(`(${command === program ? '' : 'ackproof '}${command.name()} --help says more)`)

  return program
}

const surroundingsOf = (end: (exitCode: number) => void, onCrash: (listener: (error: unknown) => void) => void): Surroundings => ({
  out: process.stdout,
  err: process.stderr,
  environment: process.env,
  cwd: process.cwd(),
  planExperiment,
  runExperiment: async (...run) => (await import('./run/run-experiment.ts')).runExperiment(...run),
  doctor: async options => (await import('./run/doctor.ts')).doctor(options),
  heal: async options => (await import('./run/heal.ts')).heal(options),
  judgeHistory: async (file, options) => (await import('./run/judge-history.ts')).judgeHistory(file, options),
  explain: {
    run: async (...given) => (await import('./run/explain.ts')).explain.run(...given),
    record: async (...given) => (await import('./run/explain.ts')).explain.record(...given)
  },
  interruption: () => listenForInterruption({
    signals: process,
    tell: sentence => void process.stderr.write(`\n${sentence}\n`),
    endAtOnce: () => process.exit(exitCodes.interrupted),
    onCrash,
    now: () => performance.now()
  }),
  end
})

/** Tells a person what went wrong, and returns the exit code. */
const failed = (error: unknown, { debug }: { readonly debug: boolean }): number => {
  // Commander has said it already; asking for help or the version is no error.
  if (error instanceof CommanderError) return error.code === 'commander.helpDisplayed' || error.code === 'commander.version' ? 0 : exitCodes.input

  const foreseen = error instanceof Error && 'exitCode' in error
  process.stderr.write(`${foreseen ? '' : 'Unforeseen: '}${messageOf(error)}\n`)
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  else if (!foreseen) process.stderr.write('This is a bug of Ackproof; --debug shows where it happened.\n')

  return exitCodeOfError(error)
}

/** `ackproof list | head -1`: whoever read the output has enough, which is no error. */
const endQuietlyWithReader = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}

/** How long the process may live on after its command has ended. */
const lingerMs = 5000

/** Lets output drain, and ends the process even if something that a run left open would keep it alive. */
const end = (exitCode: number): void => {
  process.exitCode = exitCode
  setTimeout(() => process.exit(exitCode), lingerMs).unref()
}
