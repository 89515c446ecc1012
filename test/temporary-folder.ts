/** Folders of their own for tests, in the system's temporary directory; all are removed when the file's tests have ended. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []

// Each file of tests loads this module anew. Hooks run in reverse order, so that what a file ends by itself ends before.
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

/** Absolute, empty, and no other test's. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ackproof-test-'))
  made.push(folder)

  return folder
}
