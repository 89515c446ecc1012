/**
 * Kills the harness with SIGKILL at a random moment of a run, lets `ackproof heal` clean up, and looks at what is left:
 * containers, networks and volumes with a run's label, and client processes. Nothing may be.
 */
import { setTimeout as after } from 'node:timers/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { ownerIsAlive, ownerLabel, runLabel } from '../harness/cluster/docker/labels.ts'
import { randomFrom } from '../harness/model/random.ts'

const latestMs = 45_000

export interface KillResult {
  readonly exitCode: number
  readonly outcome: string
  readonly told: Readonly<Record<string, unknown>>
}

export const harnessKills = (root: string) => async (seed: string): Promise<KillResult> => {
  const afterMs = randomFrom(seed).integer({ from: 500, below: latestMs })
  const launcher = join(root, 'bin/ackproof.js')
  const run = execa(process.execPath, [launcher, 'run', 'leader-sigkill', '--seed', seed, '--out', join(root, 'reports', 'soak')], { reject: false, cwd: root, stdio: 'ignore' })
  await after(afterMs)
  run.kill('SIGKILL')
  await run
  // Client processes notice the closed channel and end by themselves; heal must find nothing that still runs a second later.
  await after(1000)
  const healed = await execa(process.execPath, [launcher, 'heal', '--json'], { reject: false, cwd: root })
  const left = await leftBehind()

  return { exitCode: healed.exitCode ?? -1, outcome: left.length === 0 && healed.exitCode === 0 ? 'clean' : 'left behind', told: { afterMs, left, healed: healed.stdout.slice(-2000) } }
}

/** What carries a run's mark and whose harness is gone; another run that is under way on this machine is none of it. */
const leftBehind = async (): Promise<readonly string[]> => {
  const ask = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await execa('docker', [...words, '--filter', `label=${runLabel}`, '--format', `{{.Label "${ownerLabel}"}} {{.Name${words[0] === 'ps' ? 's' : ''}}}`])

    return stdout.split('\n').filter(line => line !== '' && !ownerIsAlive(line.split(' ')[0]))
  }
  const { stdout } = await execa('ps', ['-eo', 'ppid,pid,args'])
  const orphans = stdout.split('\n').filter(line => line.includes('--ackproof-run=') && line.trim().startsWith('1 '))

  return [...await ask('ps', '-a'), ...await ask('network', 'ls'), ...await ask('volume', 'ls'), ...orphans]
}
