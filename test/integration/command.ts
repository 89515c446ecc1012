/** The command as a user would give it, and what it leaves: for tests that run whole experiments. */
import { join } from 'node:path'
import { execa, type Options } from 'execa'
import type { RunReport } from '../../harness/model/report.ts'

export const root = join(import.meta.dirname, '../..')

export const ackproof = (words: readonly string[], options: Options = {}) =>
  execa(process.execPath, [join(root, 'bin/ackproof.js'), ...words], { reject: false, cwd: root, timeout: 240_000, ...options })

/** What a person would read, on whichever stream. */
export const toldBy = async (words: readonly string[], options: Options = {}): Promise<{ readonly exitCode: number | undefined, readonly told: string }> => {
  const { exitCode, stdout, stderr } = await ackproof(words, options)

  return { exitCode, told: `${String(stdout)}\n${String(stderr)}` }
}

/** The last report on a command's standard output, given with --json. */
export const reportIn = (stdout: unknown): RunReport => JSON.parse(String(stdout).trim().split('\n').at(-1) ?? '') as RunReport

/** Containers, networks and volumes of any run that are still there. */
export const leftBehind = async (): Promise<readonly string[]> => {
  const ask = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await execa('docker', [...words, '--filter', 'label=ackproof.run'])).stdout.split('\n').filter(Boolean)

  return [...await ask('ps', '-aq'), ...await ask('network', 'ls', '-q'), ...await ask('volume', 'ls', '-q')]
}
