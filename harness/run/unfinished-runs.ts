/**
 * What a run keeps in its folder only while it is under way: the mark of its owner, and what the checking process works with. A
 * run that ends removes all of it; of a run whose harness was killed, `heal` does. None of it is evidence.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { currentOwner } from '../cluster/docker/labels.ts'
import type { Leftover } from '../cluster/docker/leftovers.ts'
import { UsageError } from '../model/errors.ts'

const ownerFile = 'owner'

/** The self-test's copy of the ledger can be large; of the history only what was not whole yet goes. */
export const workingFiles = { scratch: 'self-test', order: 'check-order.json', answer: 'check-answer.json', history: 'history.ndjson.zst.unfinished' } as const

export const markUnfinished = (folder: string): void => { writeFileSync(join(folder, ownerFile), `${currentOwner()}\n`, { flag: 'wx' }) }

export const markFinished = (folder: string): void => { rmSync(join(folder, ownerFile), { force: true }) }

/** Every run in the folder `out` that did not end, those under way included. A folder that does not say its owner is no run's, or ended. */
export const findUnfinishedRuns = (out: string): readonly Leftover[] => foldersIn(out).flatMap(name => {
  const folder = join(out, name)
  const owner = ownerOf(folder)

  return owner === undefined
    ? []
    : [{ kind: 'working files', name: `in ${relative(process.cwd(), folder) || folder}`, run: name, owner, remove: () => removeWorkingFiles(folder) }]
})

const foldersIn = (out: string): readonly string[] => {
  try {
    return readdirSync(out, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return []
    if (code === 'ENOTDIR') throw new UsageError({ happened: 'It is no folder.', where: `--out ${out}`, next: 'Name the folder in which the runs made theirs.', cause: error })
    throw error
  }
}

const ownerOf = (folder: string): string | undefined => {
  try {
    return /^[^/\s]+\/\d+\/\S*$/.exec(readFileSync(join(folder, ownerFile), 'utf8').trim())?.[0]
  } catch {
    // There is no such file: the run ended, or the folder is somebody else's.
    return undefined
  }
}

/** The mark goes last: if anything before it fails, the next `heal` finds the rest. */
const removeWorkingFiles = async (folder: string): Promise<void> => {
  for (const name of [...Object.values(workingFiles), ownerFile]) rmSync(join(folder, name), { recursive: true, force: true })
}
