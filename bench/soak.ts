/**
 * Long series: the same experiment again and again, in the background, resumable, each result appended to a file the moment it
 * is there, so that figures may span days and a broken session loses at most one run.
 *
 *   npm run soak null-run                start the series, or go on with it, in the background
 *   npm run soak null-run -- --status    what has come out so far
 *   npm run soak null-run -- --wait      run it in the foreground
 *   npm run soak null-run -- --runs=40   until there are forty results, instead of as many as the series is long
 */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import type { RunReport } from '../harness/model/report.ts'
import { harnessKills } from './harness-kills.ts'

/** One finished run of a series, a line of its file. */
export interface SoakResult {
  readonly series: string
  readonly number: number
  readonly seed: string
  readonly at: string
  readonly commit: string
  readonly seconds: number
  readonly exitCode: number
  /** `upheld`, or what it was instead; for harness kills `clean` or `left behind`. */
  readonly outcome: string
  /** What a reader of the figures wants to know: counts, reasons, how many clients and nodes were killed. */
  readonly told: Readonly<Record<string, unknown>>
}

interface Series {
  readonly name: string
  readonly runs: number
  readonly once: (seed: string) => Promise<Pick<SoakResult, 'exitCode' | 'outcome' | 'told'>>
}

const root = join(import.meta.dirname, '..')
const results = join(import.meta.dirname, 'results')
const runDeadlineMs = 20 * 60_000

const experimentSeries = (name: string, runs: number, ...options: readonly string[]): Series => ({ name, runs, once: seed => runOnce(name, seed, options) })

const series: readonly Series[] = [
  experimentSeries('null-run', 50),
  experimentSeries('leader-sigkill', 50),
  ...['acks1-loses', 'lost-acknowledgements-double', 'idempotence-removes-copies', 'commit-before-work-skips', 'hidden-record', 'consumer-sigkill', 'follower-cut', 'minority-isolated', 'flushed-power-cut', 'power-cut-loses']
    .map(name => experimentSeries(name, 10)),
  // An hour of it.
  experimentSeries('random-weather', 20, '--duration', '3m'),
  // Sixteen kills a run: a thousand of them.
  experimentSeries('exactly-once', 63),
  // Bugs of kafkajs, and another client on the same seeds.
  ...['moved-leader-send-loses', 'keyless-retry-loses', 'concurrent-sends-lose'].map(name => experimentSeries(name, 10, '--clients', 'kafkajs,platformatic')),
  // The first twenty are of an earlier form.
  { name: 'harness-sigkill', runs: 120, once: harnessKills(root) }
]

const runOnce = async (name: string, seed: string, options: readonly string[]): Promise<Pick<SoakResult, 'exitCode' | 'outcome' | 'told'>> => {
  const out = join(root, 'reports', 'soak')
  const { exitCode, stdout, stderr } = await execa('node', [join(root, 'bin/ackproof.js'), 'run', name, '--seed', seed, '--json', '--out', out, ...options], {
    reject: false, timeout: runDeadlineMs, cwd: root
  })
  try {
    const reports = stdout.trim().split('\n').map(line => JSON.parse(line) as RunReport)
    if (exitCode === 0) for (const { folder } of reports) rmSync(join(root, folder), { recursive: true, force: true })
    const [only] = reports
    if (only === undefined) throw new Error('no report')

    return {
      exitCode: exitCode ?? -1,
      outcome: [...new Set(reports.map(({ verdict }) => verdict))].join(' and '),
      told: reports.length === 1 ? toldOf(only) : Object.fromEntries(reports.map(report => [report.versions.clients.join(', '), toldOf(report)]))
    }
  } catch {
    // No report came out: what it said instead is the result.
    return { exitCode: exitCode ?? -1, outcome: 'no report', told: { stderr: stderr.slice(-2000) } }
  }
}

const toldOf = ({ verdict, reasons, judgement, recovery, selfTest, folder, timings, faults }: RunReport): SoakResult['told'] =>
  ({ verdict, ...judgement.counts, kills: killsIn(faults), promptness: promptnessOf(faults), reasons, recovery, selfTestPassed: selfTest.passed, folder, timings })

/** The most of each, in milliseconds: how late faults struck, how long their targets took to be found and looked at, and how long links to be healed. */
const promptnessOf = (faults: RunReport['faults']): { readonly late: number, readonly found: number, readonly lookedAt: number, readonly linkHealed: number } => ({
  late: most(faults.map(({ lateMs }) => lateMs)),
  found: most(faults.map(({ resolvedInMs }) => resolvedInMs)),
  lookedAt: most(faults.map(({ lookedInMs }) => lookedInMs)),
  linkHealed: most(faults.filter(({ whom }) => whom.includes('->')).map(({ healingAt, healedAt }) => ((healedAt ?? 0) - (healingAt ?? 0)) / 1000))
})

const most = (values: readonly number[]): number => Math.round(Math.max(0, ...values) * 10) / 10

/** Of clients and of nodes, by SIGKILL; those that did not bite left out. */
const killsIn = (faults: RunReport['faults']): number => faults
  .filter(({ what, bit }) => bit && (what === 'kill' || what === 'kill-client'))
  .reduce((sum, { whom }) => sum + whom.split(', ').length, 0)

const fileOf = (name: string): string => join(results, `soak-${name}.ndjson`)

const doneOf = (name: string): readonly SoakResult[] => existsSync(fileOf(name))
  ? readFileSync(fileOf(name), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line) as SoakResult)
  : []

const commitNow = async (): Promise<string> => (await execa('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, reject: false })).stdout

const runSeries = async ({ name, runs, once }: Series): Promise<void> => {
  mkdirSync(results, { recursive: true })
  for (let number = doneOf(name).length + 1; number <= runs; number += 1) {
    const seed = `soak-${number}`
    const start = performance.now()
    const outcome = await once(seed)
    const seconds = Math.round((performance.now() - start) / 100) / 10
    const result: SoakResult = { series: name, number, seed, at: new Date().toISOString(), commit: await commitNow(), seconds, ...outcome }
    appendFileSync(fileOf(name), `${JSON.stringify(result)}\n`)
  }
}

const tell = (name: string): void => {
  const done = doneOf(name)
  const outcomes = Map.groupBy(done, result => result.outcome)
  const median = done.map(result => result.seconds).toSorted((a, b) => a - b)[Math.floor(done.length / 2)]
  const kills = done.reduce((sum, { told }) => sum + (typeof told['kills'] === 'number' ? told['kills'] : 0), 0)
  console.log(`${name}: ${done.length} runs${kills === 0 ? '' : ` with ${kills} kills`}; ${[...outcomes].map(([outcome, all]) => `${outcome} ${all.length}`).join(', ') || 'none yet'}; median ${median ?? 0} s`)
}

/** Starts this very file once more, detached, so that the series outlives the shell that asked for it. */
const startInBackground = (names: readonly string[], words: readonly string[]): void => {
  const log = openSync(join(results, 'soak.log'), 'a')
  const child = spawn(process.execPath, [import.meta.filename, ...words, '--wait'], { detached: true, stdio: ['ignore', log, log], cwd: root })
  writeFileSync(join(results, 'soak.pid'), String(child.pid))
  child.unref()
  console.log(`Running in the background (process ${child.pid}); \`npm run soak ${names.join(' ')} -- --status\` tells how far it is.`)
}

const words = process.argv.slice(2)
const names = words.filter(word => !word.startsWith('--'))
const asked = words.find(word => word.startsWith('--runs='))?.slice('--runs='.length)
const chosen = (names.includes('all') ? series : series.filter(one => names.includes(one.name))).map(one => ({ ...one, runs: asked === undefined ? one.runs : Number(asked) }))
if (asked !== undefined && !/^[1-9]\d*$/.test(asked)) {
  console.error(`--runs=${asked}: give a number of runs, like --runs=40.`)
  process.exitCode = 2
} else if (chosen.length === 0) {
  console.error(`Name a series: ${series.map(one => one.name).join(', ')}, or all.`)
  process.exitCode = 2
} else if (words.includes('--status')) for (const { name } of chosen) tell(name)
else if (words.includes('--wait')) for (const one of chosen) await runSeries(one)
else startInBackground(chosen.map(one => one.name), words)
