/** Finding and loading experiments: names, paths, and what is wrong with files that are none. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { experimentAt, findExperiments, loadExperiment, looksLikePath } from '../../harness/run/find-experiments.ts'
import { refuseUnlessExperiment } from '../../harness/run/experiment-shape.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const folderWith = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }

  return folder
}

describe('experiments', () => {
  it('are found in all folders by the names of their files', async () => {
    const folder = await folderWith({ 'b/second.ts': '', 'a/first.ts': '', 'a/first.d.ts': '', 'readme.md': '' })

    expect((await findExperiments(folder)).map(({ name }) => name)).toEqual(['first', 'second'])
  })

  it('must not share a name', async () => {
    const folder = await folderWith({ 'a/same.ts': '', 'b/same.ts': '' })

    await expect(findExperiments(folder)).rejects.toThrow('Two experiments are named same: a/same.ts and b/same.ts.')
  })

  it('are given by path where it looks like one', () => {
    expect(['./x', 'a/b', 'mine.ts', 'mine.mjs', '/tmp/x.js'].every(looksLikePath)).toBe(true)
    expect(['leader-sigkill', 'a.b'].some(looksLikePath)).toBe(false)
    expect(() => experimentAt('./no-such-file.ts', '/tmp')).toThrow('./no-such-file.ts: There is no such file.')
  })

  it.each([
    ['a syntax error', 'export default {', 'It could not be loaded'],
    ['a missing import', 'import \'./absent.ts\'', 'It could not be loaded'],
    ['something thrown', 'throw new Error(\'boom\')', 'It could not be loaded: boom'],
    ['no default export', 'export const claim = 1', 'It has no default export'],
    ['a bare object', 'export default { claim: \'x\' }', 'was not made by `experiment(...)`']
  ])('are refused with their file for %s', async (_what, text, message) => {
    const folder = await folderWith({ 'mine.mjs': text })

    await expect(loadExperiment({ name: 'mine', file: join(folder, 'mine.mjs') })).rejects.toThrow(message)
    await expect(loadExperiment({ name: 'mine', file: join(folder, 'mine.mjs') })).rejects.toThrow('mine.mjs')
  })
})

describe('the shape of an experiment', () => {
  const whole = {
    kind: 'experiment', claim: 'A.', cluster: { brokers: 3 }, workload: [{ clients: [], topics: [] }], duration: { milliseconds: 1 }, checkers: []
  }

  it('is accepted when it is whole', () => {
    expect(refuseUnlessExperiment(whole, 'a.ts')).toBe(whole)
  })

  it.each([
    ['claim', ''], ['cluster', 3], ['workload', []], ['workload', [{}]], ['nemesis', 1], ['duration', 5], ['duration', { milliseconds: 0 }], ['checkers', undefined]
  ])('is refused by its %s', (field, value) => {
    expect(() => refuseUnlessExperiment({ ...whole, [field]: value }, 'a.ts')).toThrow(`a.ts: Its \`${field}\``)
  })
})
