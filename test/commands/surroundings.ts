/** Surroundings for commands under test: what they print is kept, and what they run is whatever the test says. */
import type { Command } from 'commander'
import type { Surroundings } from '../../harness/commands/surroundings.ts'
import { planExperiment } from '../../harness/run/plan.ts'

export interface Tried {
  readonly out: string
  readonly err: string
  readonly exitCode: number | undefined
}

/** Runs one command with these arguments. What it throws, the test gets. */
export const attempt = async (
  make: (surroundings: Surroundings) => Command,
  words: readonly string[],
  given: Partial<Surroundings> = {}
): Promise<Tried> => {
  const written = { out: '', err: '' }
  let exitCode: number | undefined
  const unexpected = async (): Promise<never> => { throw new Error('This test did not expect that.') }
  const command = make({
    out: { write: text => { written.out += text } },
    err: { write: text => { written.err += text } },
    environment: {},
    cwd: process.cwd(),
    planExperiment,
    runExperiment: unexpected,
    doctor: unexpected,
    heal: unexpected,
    judgeHistory: unexpected,
    explain: { run: unexpected, record: unexpected },
    interruption: () => new AbortController().signal,
    end: code => { exitCode = code },
    ...given
  })
  await command.exitOverride().configureOutput({ writeErr: () => undefined }).parseAsync([...words], { from: 'user' })

  return { ...written, exitCode }
}
