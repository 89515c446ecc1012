/** `shrink` and `replay` on real clusters, as a user gives them: of three faults the one that matters is found, and loses again. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { ScheduleFile } from '../../../harness/run/schedule-file.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { ackproof, leftBehind, reportIn, root } from '../command.ts'

const out = temporaryFolder()

const experiment = fileURLToPath(new URL('one-of-three-matters.ts', import.meta.url))
const minutesMs = 60_000

test('the least schedule of a run that lost is the kill alone, and replayed it loses again', async () => {
  const run = reportIn((await ackproof(['run', experiment, '--seed', 'suite', '--out', out, '--json'])).stdout)
  expect([run.verdict, run.faults.map(({ what }) => what)]).toEqual(['upheld', ['latency', 'kill', 'freeze-client']])

  // The whole schedule, the first fault, the other two, the kill alone.
  const shrink = await ackproof(['shrink', join(root, run.folder), '--repeat', '1', '--runs', '4', '--out', out], { timeout: 8 * minutesMs })
  expect([shrink.exitCode, String(shrink.stdout)]).toEqual([0, expect.stringMatching(/the least: 1 fault, .*the same finding in 1 of 1 run/)])

  const shrunk = join(root, run.folder, 'shrunk.json')
  const { steps } = JSON.parse(readFileSync(shrunk, 'utf8')) as ScheduleFile
  expect(steps.map(({ what }) => what)).toEqual(['kill'])

  const replay = await ackproof(['replay', shrunk, '--out', out, '--json'])
  const again = reportIn(replay.stdout)
  expect([again.verdict, replay.exitCode, again.schedule.steps]).toEqual(['upheld', 0, steps])
  expect(again.judgement.counts.lost).toBeGreaterThan(0)
  expect(String(replay.stderr)).toMatch(/1\. kill the leader of orders → broker \d/)
  expect(await leftBehind()).toEqual([])
}, 15 * minutesMs)
