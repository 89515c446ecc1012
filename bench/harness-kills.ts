/**
 * Kills the harness with SIGKILL at a random moment of a run under random weather, lets `ackproof heal` clean up, and looks at what is
 * left: containers, networks and volumes with a run's label, loop devices, mounts and images of disks, child processes, and working files in the
 * run's folder. Nothing may be. One run in four has disks of the brokers' own. The run's own ledger says which fault was in force at the kill,
 * so that the series shows what it has met.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { diskFolder, ownerFileOf } from '../harness/cluster/docker/disk-images.ts'
import { ownerIsAlive, ownerLabel, runLabel } from '../harness/cluster/docker/labels.ts'
import { randomFrom } from '../harness/model/random.ts'
import { findChildProcesses } from '../harness/run/orphans.ts'
import { findUnfinishedRuns } from '../harness/run/unfinished-runs.ts'

const experiments = ['random-weather', 'bench/weather-on-disks.ts'] as const

/** One kill in four comes while the run boots or begins its load, the others so long after the first fault. */
const underBootMs = 20_000
const underWeatherMs = 35_000
const firstFaultWithinMs = 150_000

export interface KillResult {
  readonly exitCode: number
  readonly outcome: string
  readonly told: Readonly<Record<string, unknown>>
}

export const harnessKills = (root: string) => async (seed: string): Promise<KillResult> => {
  const random = randomFrom(seed)
  const early = random.next() < 0.25
  const experiment = experiments[random.next() < 0.25 ? 1 : 0]
  const afterMs = random.integer({ from: 500, below: early ? underBootMs : underWeatherMs })
  const launcher = join(root, 'bin/ackproof.js')
  // Of its own, so that the newest run in it is the one that is killed.
  const out = join(root, 'reports', 'soak-kills')
  const run = execa(process.execPath, [launcher, 'run', experiment === experiments[0] ? experiment : join(root, experiment), '--seed', seed, '--out', out], { reject: false, cwd: root, stdio: 'ignore' })
  if (!early) await firstFault(out, seed)
  await after(afterMs)
  run.kill('SIGKILL')
  await run
  const inForce = [...faultPhases(out, seed)].filter(([, phase]) => phase !== 'healed').map(([fault, phase]) => `${fault} (${phase})`)
  // Client processes notice the closed channel and end by themselves; heal must find nothing that still runs a second later.
  await after(1000)
  const healed = await execa(process.execPath, [launcher, 'heal', '--json', '--out', out], { reject: false, cwd: root })
  const left = await leftBehind(out)
  const clean = left.length === 0 && healed.exitCode === 0
  if (clean) rmSync(out, { recursive: true, force: true })

  return { exitCode: healed.exitCode ?? -1, outcome: clean ? 'clean' : 'left behind', told: { experiment, moment: `${afterMs} ms after ${early ? 'the start' : 'the first fault'}`, inForce, left, healed: healed.stdout.slice(-2000) } }
}

/** A run that breaks nothing until then is killed all the same. */
const firstFault = async (out: string, seed: string): Promise<void> => {
  const until = performance.now() + firstFaultWithinMs
  while (faultPhases(out, seed).size === 0 && performance.now() < until) await after(100)
}

/** The last phase of each fault, from the ledger of the newest run with this seed. */
const faultPhases = (out: string, seed: string): ReadonlyMap<string, string> => {
  const folder = (existsSync(out) ? readdirSync(out) : []).filter(name => name.endsWith(`-${seed}`)).toSorted().at(-1)
  const ledger = join(out, folder ?? '', 'ledger/harness.ndjson')
  const phases = new Map<string, string>()
  for (const line of existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n') : []) {
    // What the harness was about to write when it died may end in mid-line.
    const [, fault, phase] = /"event":"fault",.*"fault":"([^"]*)","phase":"([^"]*)"/.exec(line) ?? []
    if (fault !== undefined && phase !== undefined) phases.set(fault, phase)
  }

  return phases
}

/** What carries a run's mark and whose harness is gone; another run that is under way on this machine is none of it. */
const leftBehind = async (out: string): Promise<readonly string[]> => {
  const ask = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await execa('docker', [...words, '--filter', `label=${runLabel}`, '--format', `{{.Label "${ownerLabel}"}} {{.Name${words[0] === 'ps' ? 's' : ''}}}`])

    return stdout.split('\n').filter(line => line !== '' && !ownerIsAlive(line.split(' ')[0]))
  }
  const here = [...findChildProcesses(), ...findUnfinishedRuns(out)].filter(({ owner }) => !ownerIsAlive(owner)).map(({ kind, name }) => `${kind} ${name}`)

  return [...await ask('ps', '-a'), ...await ask('network', 'ls'), ...await ask('volume', 'ls'), ...await disksLeft(), ...here]
}

/** As the system's own programs tell them, not as `heal` finds them. */
const disksLeft = async (): Promise<readonly string[]> => {
  const devices = (await execa('losetup', ['--noheadings', '--list', '--output', 'NAME,BACK-FILE'])).stdout.split('\n')
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n')
  const images = existsSync(diskFolder) ? readdirSync(diskFolder).map(name => join(diskFolder, name)) : []

  return [...devices, ...mounts, ...images].filter(line => line.includes(diskFolder) && !isOfLivingRun(line))
}

const isOfLivingRun = (line: string): boolean => {
  const run = line.slice(line.indexOf(diskFolder) + diskFolder.length + 1).split(/[/. ]/)[0] ?? ''
  const owner = ownerFileOf(run)

  return existsSync(owner) && ownerIsAlive(readFileSync(owner, 'utf8'))
}
