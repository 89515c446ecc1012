/** Whole runs from the command line, the unlucky ones above all: interrupted, killed, without an engine, on a full disk. */
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { ackproof, leftBehind, reportIn, toldBy } from './command.ts'

const out = temporaryFolder()

const shortRun = (name: string, ...words: readonly string[]): readonly string[] => ['run', name, '--duration', '5s', '--out', out, '--json', ...words]

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + 120_000
  while (!await holds()) {
    if (performance.now() > end) throw new Error(`Waited for ${what}.`)
    await new Promise(resolve => { setTimeout(resolve, 50) })
  }
}

const runFolder = (part: string): string => join(out, readdirSync(out).find(name => name.includes(part)) ?? part)

const linesOf = (folder: string): string => existsSync(join(folder, 'ledger/harness.ndjson')) ? readFileSync(join(folder, 'ledger/harness.ndjson'), 'utf8') : ''

test('two runs at once both come to their verdict, and leave nothing behind', async () => {
  const runs = await Promise.all([ackproof(shortRun('null-run', '--seed', 'one')), ackproof(shortRun('hidden-record', '--seed', 'two'))])

  expect(runs.map(run => [run.exitCode, reportIn(run.stdout).verdict])).toEqual([[0, 'upheld'], [0, 'upheld']])
  expect(reportIn(runs[1].stdout).judgement).toMatchObject({ verdict: 'refuted', counts: { lost: 3 } })
  expect(await leftBehind()).toEqual([])
})

test.for(['SIGINT', 'SIGTERM'] as const)('%s under load heals, keeps the evidence and exits with 130', async signal => {
  const run = ackproof(['run', 'null-run', '--seed', signal, '--out', out])
  await until('load', () => existsSync(join(runFolder(`null-run-${signal}`), 'ledger/p1.1.ledger')))
  run.kill(signal)
  const { exitCode } = await run

  expect(exitCode).toBe(130)
  expect(existsSync(join(runFolder(`null-run-${signal}`), 'history.ndjson.zst'))).toBe(true)
  expect(await leftBehind()).toEqual([])
})

test('SIGINT while the cluster starts ends the run there, and leaves nothing', async () => {
  const run = ackproof(['run', 'null-run', '--seed', 'early', '--out', out])
  await until('the run to begin', () => existsSync(join(runFolder('null-run-early'), 'schedule.json')))
  run.kill('SIGINT')
  const { exitCode } = await run

  expect(exitCode).toBe(130)
  expect(existsSync(join(runFolder('null-run-early'), 'ledger/p1.1.ledger'))).toBe(false)
  expect(await leftBehind()).toEqual([])
})

test('a run whose time is up is inconclusive, and healed', async () => {
  const { exitCode, stdout } = await ackproof(['run', 'null-run', '--seed', 'late', '--timeout', '18s', '--out', out, '--json'])

  expect(exitCode).toBe(4)
  expect(reportIn(stdout)).toMatchObject({ verdict: 'inconclusive', reasons: expect.arrayContaining([expect.stringContaining('time was up')]) as string[] })
  expect(await leftBehind()).toEqual([])
})

test('what a harness left that was killed with SIGKILL under a fault, heal removes', async () => {
  const run = ackproof(['run', 'leader-sigkill', '--seed', 'killed', '--out', out])
  await until('the fault', () => linesOf(runFolder('leader-sigkill-killed')).includes('"injecting"'))
  run.kill('SIGKILL')
  await run
  const healed = await ackproof(['heal', '--json'])

  expect(healed.exitCode).toBe(0)
  expect(JSON.parse(String(healed.stdout))).toMatchObject({ remaining: [] })
  expect(await leftBehind()).toEqual([])
})

test('a client that dies of itself is told, and makes the run inconclusive', async () => {
  const run = ackproof(['run', 'null-run', '--seed', 'death', '--duration', '8s', '--out', out, '--json'])
  await until('deliveries', () => existsSync(join(runFolder('null-run-death'), 'ledger/c1.ledger')))
  const { stdout: pid } = await execa('pgrep', ['-P', String(run.pid), '-f', '--', '--ackproof-client=p1'])
  await until('the load to flow', () => linesOf(runFolder('null-run-death')).includes('"leader"'))
  process.kill(Number(pid.split('\n')[0]), 'SIGTERM')
  const { exitCode, stdout } = await run

  expect(exitCode).toBe(4)
  expect(reportIn(stdout)).toMatchObject({ verdict: 'inconclusive', incidents: [expect.stringContaining('p1 ended by itself (SIGTERM)')] })
})

test('a broker that does not come up is told with its last lines, exit code 3', async () => {
  const { exitCode, told } = await toldBy(shortRun('null-run', '--broker-config', 'log.retention.hours=soon'))

  expect(exitCode).toBe(3)
  expect(told).toContain('log.retention.hours')
  expect(await leftBehind()).toEqual([])
})

test('an image that can be neither pulled nor built is named, exit code 3', async () => {
  const { exitCode, told } = await toldBy(shortRun('null-run', '--versions', '0.0.1'))

  expect(exitCode).toBe(3)
  expect(told).toContain('apache/kafka:0.0.1')
})

test('a nearly full disk is refused before anything starts, exit code 3', async () => {
  const small = temporaryFolder()
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', small])
  try {
    const { exitCode, told } = await toldBy(['run', 'null-run', '--out', small])

    expect(exitCode).toBe(3)
    expect(told).toMatch(/Only \d+ MB are free/)
  } finally {
    await execa('umount', [small])
  }
})

test('an engine that does not let this user in is told as that, exit code 3', async () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o777)
  const socket = join(folder, 'docker.sock')
  await using server = createServer().listen(socket)
  await once(server, 'listening')
  chmodSync(socket, 0)
  // Root may do anything, so that the command runs as nobody.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const { exitCode, told } = await toldBy(['run', 'null-run', '--out', folder], { ...nobody, env: { DOCKER_HOST: `unix://${socket}` } })

  expect(exitCode).toBe(3)
  expect(told).toContain('does not let this user in')
})

test('without an engine a run says so and exits with 3', async () => {
  const { exitCode, told } = await toldBy(shortRun('null-run'), { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } })

  expect(exitCode).toBe(3)
  expect(told).toContain('No Docker engine answers')
  expect(told).toContain('docker/prepare.sh')
})
