/** Whole runs with Kafka's own Java clients: killed with SIGKILL and started again, and with a harness that is killed itself. */
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { ackproof, leftBehind, reportIn, root } from '../command.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const experiment = fileURLToPath(new URL('java-clients-killed.ts', import.meta.url))

test('Java clients that are killed lose, double and pass over nothing, and all that they had said is on record', async () => {
  const { exitCode, stdout } = await ackproof(['run', experiment, '--clients', 'java', '--seed', 'suite', '--out', temporaryFolder(), '--json'])
  const report = reportIn(stdout)
  const ledger = join(root, report.folder, 'ledger')

  expect([report.verdict, exitCode, report.reasons, report.incidents]).toEqual(['upheld', 0, [], []])
  expect(report.faults.map(({ bit }) => bit)).toEqual([true, true])
  expect(report.judgement.counts.delivered).toBeGreaterThan(10_000)
  expect(readdirSync(ledger).filter(file => /^[pc]\d\.2\.ledger$/.test(file)).length).toBeGreaterThanOrEqual(2)
  expect(await leftBehind()).toEqual([])
})

test('of Java clients whose harness is killed nothing is left after heal, and they end without it', async () => {
  const out = temporaryFolder()
  const run = ackproof(['run', experiment, '--clients', 'java', '--seed', 'suite', '--out', out], { stdio: 'ignore' })
  const runId = await vi.waitUntil(() => readdirSync(out).flatMap(folder => /"run":"([^"]+)"/.exec(ledgerOf(join(out, folder)))?.[1] ?? []).at(0), { timeout: 120_000 })
  const clients = (): readonly string[] => execFileSync('docker', ['ps', '--filter', `name=ackproof-${runId}-[pc]`, '--format', '{{.Names}}'], { encoding: 'utf8' })
    .split('\n').filter(name => name !== '')
  await vi.waitUntil(() => clients().length > 0, { timeout: 120_000, interval: 200 })
  run.kill('SIGKILL')
  await run
  await vi.waitUntil(() => clients().length === 0, { timeout: 20_000, interval: 200 })
  const { exitCode } = await ackproof(['heal', '--json', '--out', out])

  expect(exitCode).toBe(0)
  expect(await leftBehind()).toEqual([])
})

const ledgerOf = (folder: string): string => {
  try {
    return readFileSync(join(folder, 'ledger/harness.ndjson'), 'utf8')
  } catch {
    // It has only just begun.
    return ''
  }
}
