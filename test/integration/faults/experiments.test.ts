/** Every experiment of the suite, once each, on a cluster of its own: all claims upheld, controls included. Long: `npm run test:faults`. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findExperiments } from '../../../harness/run/find-experiments.ts'
import { ackproof, leftBehind, reportIn, root } from '../command.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { absentFromDisks, expired, judgedLost, replicasPlanned, replicasRead } from './disk-evidence.ts'

const out = temporaryFolder()

const experiments = await findExperiments(join(root, 'experiments'))

test.for(experiments.map(({ name }) => name))('%s is upheld, with enough load and nothing left behind', async name => {
  const { exitCode, stdout } = await ackproof(['run', name, '--seed', 'suite', '--out', out, '--json'])
  const report = reportIn(stdout)

  expect([report.verdict, exitCode, report.reasons]).toEqual(['upheld', 0, report.control ? report.reasons : []])
  expect(report.judgement.counts.acknowledged).toBeGreaterThanOrEqual(10_000)
  expect(report.timings.disturb).toBeGreaterThanOrEqual(20_000)
  expect(await leftBehind()).toEqual([])

  const ledger = join(root, report.folder, 'ledger')
  const [lost, gone] = [await judgedLost(ledger), await expired(ledger)]

  expect(replicasRead(ledger)).toBeGreaterThanOrEqual(Math.min(3, await replicasPlanned(ledger)))
  // What the harness hides from its own audit lies on the brokers' disks all the same.
  expect(absentFromDisks(ledger).filter(record => !gone.has(record))).toEqual(name === 'hidden-record' ? [] : lost)
  expect(lost.length).toBe(report.judgement.counts.lost)
})
