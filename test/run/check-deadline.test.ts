/** The time that checking may take. */
import { closeSync, ftruncateSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkDeadlineMs } from '../../harness/run/check-deadline.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const minutes = 60_000

/** All files are holes: nothing is written. */
const ledgerOf = (...gigabytes: readonly number[]): string => {
  const folder = temporaryFolder()
  for (const [index, size] of gigabytes.entries()) {
    const file = openSync(join(folder, `p${index}.ledger`), 'wx')
    ftruncateSync(file, size * 1e9)
    closeSync(file)
  }

  return folder
}

test('is ten minutes for a short run, and grows with all of its files', () => {
  expect(checkDeadlineMs(ledgerOf())).toBe(10 * minutes)
  expect(checkDeadlineMs(ledgerOf(1, 2))).toBe(25 * minutes)
})
