/** What a killed run leaves in its folder: working files go, evidence never does. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRunFolder } from '../../harness/run/run-folder.ts'
import { sweep } from '../../harness/run/sweep.ts'
import { findUnfinishedRuns, markFinished, workingFiles } from '../../harness/run/unfinished-runs.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const evidence = ['history.ndjson.zst', 'ledger', 'logs', 'report.json']
const working = [workingFiles.answer, workingFiles.order, workingFiles.history, workingFiles.scratch]

/** A run's folder as it is during the check. */
const runIn = (out: string, name: string, owner?: string): string => {
  const folder = join(out, name)
  for (const part of ['ledger', 'logs', workingFiles.scratch]) {
    mkdirSync(join(folder, part), { recursive: true })
    writeFileSync(join(folder, part, 'p1.1.ledger'), part)
  }
  for (const file of ['history.ndjson.zst', 'report.json', workingFiles.order, workingFiles.answer, workingFiles.history]) writeFileSync(join(folder, file), file)
  if (owner !== undefined) writeFileSync(join(folder, 'owner'), owner)

  return folder
}

const dead = `${hostname()}/1/0\n`
const heal = (out: string, elsewhere: 'spare' | 'remove' = 'spare') => sweep(findUnfinishedRuns(out), { elsewhere, tell: () => undefined })

test('of a run whose harness is dead the working files go and the evidence stays, byte for byte where it was', async () => {
  const out = temporaryFolder()
  const folder = runIn(out, 'killed', dead)
  const { removed, remaining } = await heal(out)

  expect(removed).toEqual([expect.stringMatching(/^working files in .*killed$/)])
  expect(remaining).toEqual([])
  expect(readdirSync(folder).sort()).toEqual(evidence)
  expect(readdirSync(join(folder, 'ledger'))).toEqual(['p1.1.ledger'])
  expect((await heal(out)).removed).toEqual([])
})

test.for([
  ['a run that ended', undefined], ['a folder whose owner nobody can read', 'me\n'], ['another host\'s run', 'ci-7/1/1\n']
] as const)('%s keeps everything', async ([, owner]) => {
  const out = temporaryFolder()
  const folder = runIn(out, 'other', owner)
  const before = readdirSync(folder)

  expect((await heal(out)).removed).toEqual([])
  expect(readdirSync(folder)).toEqual(before)
})

test('a run under way keeps everything until it ends, and then bears no mark', async () => {
  const out = temporaryFolder()
  const { path } = createRunFolder(out, { experiment: 'null-run', seed: '1', startedAt: new Date(0) })
  mkdirSync(join(path, workingFiles.scratch))

  expect(findUnfinishedRuns(out)).toHaveLength(1)
  expect(await heal(out, 'remove')).toEqual({ removed: [], remaining: [], spared: [] })
  expect(readdirSync(path).sort()).toEqual(['owner', workingFiles.scratch])

  markFinished(path)
  expect(findUnfinishedRuns(out)).toEqual([])
})

test('a link to a folder is not followed', async () => {
  const [out, other] = [temporaryFolder(), temporaryFolder()]
  const folder = runIn(other, 'killed', dead)
  symlinkSync(folder, join(out, 'link'))
  mkdirSync(join(out, 'killed'))
  writeFileSync(join(out, 'killed', 'owner'), dead)
  symlinkSync(join(folder, 'ledger'), join(out, 'killed', workingFiles.scratch))
  await heal(out)

  expect(readdirSync(join(out, 'killed'))).toEqual([])
  expect(readdirSync(folder).sort()).toEqual([...evidence, ...working, 'owner'].sort())
  expect(readdirSync(join(folder, 'ledger'))).toEqual(['p1.1.ledger'])
})

test('where no run was, there is nothing; where no folder is, that is said', () => {
  const out = temporaryFolder()
  writeFileSync(join(out, 'file'), '')

  expect(findUnfinishedRuns(join(out, 'absent'))).toEqual([])
  expect(() => findUnfinishedRuns(join(out, 'file'))).toThrow(/--out .*file: It is no folder/)
})
