/** Every experiment of the suite, once each, on a cluster of its own: all claims upheld, controls included. Long: `npm run test:faults`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findExperiments } from '../../../harness/run/find-experiments.ts'
import { ackproof, leftBehind, reportIn, root } from '../command.ts'

const out = mkdtempSync(join(tmpdir(), 'ackproof-faults-'))
afterAll(() => { rmSync(out, { recursive: true, force: true }) })

const experiments = await findExperiments(join(root, 'experiments'))

test.for(experiments.map(({ name }) => name))('%s is upheld, with enough load and nothing left behind', async name => {
  const { exitCode, stdout } = await ackproof(['run', name, '--seed', 'suite', '--out', out, '--json'])
  const report = reportIn(stdout)

  expect([report.verdict, exitCode, report.reasons]).toEqual(['upheld', 0, report.control ? report.reasons : []])
  expect(report.judgement.counts.acknowledged).toBeGreaterThanOrEqual(10_000)
  expect(report.timings.disturb).toBeGreaterThanOrEqual(20_000)
  expect(await leftBehind()).toEqual([])
})
