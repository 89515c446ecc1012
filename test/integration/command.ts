/** The command as a user would give it, and what it leaves: for tests that run whole experiments. */
import { join } from 'node:path'
import { execa, type Options } from 'execa'
import { ownerIsAlive } from '../../harness/cluster/docker/labels.ts'
import { findLeftovers } from '../../harness/cluster/docker/leftovers.ts'
import { connectRuntime } from '../../harness/cluster/docker/runtime.ts'
import type { RunReport } from '../../harness/model/report.ts'

export const root = join(import.meta.dirname, '../..')

export const ackproof = (words: readonly string[], options: Options = {}) =>
  execa(process.execPath, [join(root, 'bin/ackproof.js'), ...words], {
    // Healing may take longer than the five seconds after which execa would send SIGKILL of its own accord.
    reject: false, cwd: root, timeout: 240_000, forceKillAfterDelay: false, ...options
  })

/** What a person would read, on whichever stream. */
export const toldBy = async (words: readonly string[], options: Options = {}): Promise<{ readonly exitCode: number | undefined, readonly told: string }> => {
  const { exitCode, stdout, stderr } = await ackproof(words, options)

  return { exitCode, told: `${String(stdout)}\n${String(stderr)}` }
}

/** The last report on a command's standard output, given with --json. */
export const reportIn = (stdout: unknown): RunReport => JSON.parse(String(stdout).trim().split('\n').at(-1) ?? '') as RunReport

/** Containers, networks and volumes whose harness is gone; another run that is under way on this machine is none of it. */
export const leftBehind = async (): Promise<readonly string[]> => {
  const { docker } = await connectRuntime()

  return (await findLeftovers(docker)).filter(({ owner }) => !ownerIsAlive(owner)).map(({ kind, name }) => `${kind} ${name}`)
}
