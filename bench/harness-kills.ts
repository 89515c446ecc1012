/**
 * Kills the harness with SIGKILL at a random moment of a run, lets `ackproof heal` clean up, and looks at what is left:
 * containers, networks and volumes with a run's label, child processes, and working files in the run's folder. Nothing may be.
 */
import { setTimeout as after } from 'node:timers/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { ownerIsAlive, ownerLabel, runLabel } from '../harness/cluster/docker/labels.ts'
import { randomFrom } from '../harness/model/random.ts'
import { findChildProcesses } from '../harness/run/orphans.ts'
import { findUnfinishedRuns } from '../harness/run/unfinished-runs.ts'

const latestMs = 45_000

export interface KillResult {
  readonly exitCode: number
  readonly outcome: string
  readonly told: Readonly<Record<string, unknown>>
}

export const harnessKills = (root: string) => async (seed: string): Promise<KillResult> => {
  const afterMs = randomFrom(seed).integer({ from: 500, below: latestMs })
  const launcher = join(root, 'bin/ackproof.js')
  const out = join(root, 'reports', 'soak')
  const run = execa(process.execPath, [launcher, 'run', 'leader-sigkill', '--seed', seed, '--out', out], { reject: false, cwd: root, stdio: 'ignore' })
  await after(afterMs)
  run.kill('SIGKILL')
  await run
  // Client processes notice the closed channel and end by themselves; heal must find nothing that still runs a second later.
  await after(1000)
  const healed = await execa(process.execPath, [launcher, 'heal', '--json', '--out', out], { reject: false, cwd: root })
  const left = await leftBehind(out)

  return { exitCode: healed.exitCode ?? -1, outcome: left.length === 0 && healed.exitCode === 0 ? 'clean' : 'left behind', told: { afterMs, left, healed: healed.stdout.slice(-2000) } }
}

/** What carries a run's mark and whose harness is gone; another run that is under way on this machine is none of it. */
const leftBehind = async (out: string): Promise<readonly string[]> => {
  const ask = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await execa('docker', [...words, '--filter', `label=${runLabel}`, '--format', `{{.Label "${ownerLabel}"}} {{.Name${words[0] === 'ps' ? 's' : ''}}}`])

    return stdout.split('\n').filter(line => line !== '' && !ownerIsAlive(line.split(' ')[0]))
  }
  const here = [...findChildProcesses(), ...findUnfinishedRuns(out)].filter(({ owner }) => !ownerIsAlive(owner)).map(({ kind, name }) => `${kind} ${name}`)

  return [...await ask('ps', '-a'), ...await ask('network', 'ls'), ...await ask('volume', 'ls'), ...here]
}
