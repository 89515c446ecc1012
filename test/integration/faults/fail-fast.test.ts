/** Judging while the run goes on, on a real cluster: a loss is told before the load has ended, and `--fail-fast` ends it there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { ackproof, leftBehind, reportIn } from '../command.ts'

const out = mkdtempSync(join(tmpdir(), 'ackproof-fail-fast-'))
afterAll(() => { rmSync(out, { recursive: true, force: true }) })

const experiment = fileURLToPath(new URL('nothing-lost-with-acks1.ts', import.meta.url))

test('a loss that is certain ends the load with --fail-fast, and the judges confirm it', async () => {
  const { exitCode, stdout, stderr } = await ackproof(['run', experiment, '--fail-fast', '--seed', 'suite', '--out', out, '--json'])
  const report = reportIn(stdout)

  expect(String(stderr)).toMatch(/at least [\d,]+ acknowledged records are gone from orders-0 .* The contract permits it \(acks=1/)
  expect([report.verdict, exitCode]).toEqual(['refuted', 1])
  expect(report.reasons).toEqual(expect.arrayContaining([
    expect.stringContaining('lost'), expect.stringMatching(/^The load was ended early by --fail-fast: at least [\d,]+ acknowledged records are gone/)
  ]))
  expect(report.timings.disturb).toBeLessThan(90_000)
  expect(report.judgement.counts.lost).toBeGreaterThan(0)
  expect(await leftBehind()).toEqual([])
})
