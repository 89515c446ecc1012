/** Sabotaged runs on a real cluster, which must not be green: a fault that is switched off, a control that cannot lose. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ackproof, reportIn } from '../integration/command.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const out = temporaryFolder()

const run = (file: string) => ackproof(['run', join(import.meta.dirname, file), '--seed', 'sabotage', '--out', out, '--json'])

test('a kill that is switched off makes the run vacuous', async () => {
  const { exitCode, stdout } = await run('switched-off.ts')

  expect(exitCode).toBe(4)
  expect(reportIn(stdout)).toMatchObject({ verdict: 'vacuous', reasons: [expect.stringContaining('did not provably bite')] })
})

test('a control that has to lose and does not is refuted', async () => {
  const { exitCode, stdout } = await run('nothing-lost.ts')

  expect(exitCode).toBe(1)
  expect(reportIn(stdout)).toMatchObject({ verdict: 'refuted', reasons: [expect.stringContaining('had to show "lost"')] })
})
