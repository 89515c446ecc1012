/** The files that the guides show are whole: they load as they stand there, and the fault of one can say yes and no. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Experiment } from '../../harness/model/experiment.ts'
import type { Bite } from '../../harness/model/fault.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { loadExperiment } from '../../harness/run/find-experiments.ts'
import { drawSchedule } from '../../harness/run/schedule.ts'
import { fakeLink, fakeNode, fakeSubject, partitionState, type FakeLink } from '../fake-cluster.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { root } from '../source-files.ts'
import { readDocument } from './markdown.ts'

const folder = temporaryFolder()

/** The first TypeScript of a guide, saved under the name that it tells. */
const shownBy = async (guide: string): Promise<Experiment> => {
  const { text } = readDocument(`docs/${guide}.md`)
  const [, name = ''] = /Save this as `([\w-]+)\.ts`/.exec(text) ?? []
  const [, code = ''] = /```ts\n([^]*?)```/.exec(text) ?? []
  const file = join(folder, `${name}.ts`)
  // The test runner loads modules by itself, and does not know that the harness answers to its own name.
  writeFileSync(file, code.replace('from \'ackproof\'', `from '${join(root, 'harness/index.ts')}'`))

  return (await loadExperiment({ name, file })).experiment
}

test.for(['your-first-experiment', 'your-first-fault'])('%s shows a whole experiment, of which a schedule can be drawn', async guide => {
  const shown = await shownBy(guide)

  expect(drawSchedule(shown, '1', shown.duration).length).toBeGreaterThan(0)
})

const bites = async (links: readonly FakeLink[]): Promise<readonly Bite[]> => {
  const [fault] = (await shownBy('your-first-fault')).nemesis?.faults ?? []
  const prepared = await fault?.prepare(fakeSubject({ nodes: [fakeNode(1), fakeNode(2)], links, partitions: () => [partitionState(0, 1)] }), randomFrom('1'))
  await prepared?.lookBefore?.()
  const injection = await prepared?.strike()
  const found = [await injection?.bite('struck'), await injection?.bite('healing')]
  await injection?.[Symbol.asyncDispose]()

  return found.flatMap(bite => bite === undefined ? [] : [bite])
}

test('the fault of the guide shuts clients out of the leader alone, proves it, and lets them in again', async () => {
  const links = [fakeLink('producer', 1), fakeLink('consumer', 1), fakeLink('producer', 2), fakeLink('admin', 1), fakeLink(2, 1)]

  expect((await bites(links)).map(({ bit }) => bit)).toEqual([true, true])
  expect(links.map(({ disturbances }) => disturbances.length)).toEqual([1, 1, 0, 0, 0])
  expect(links.map(link => link.silent())).toEqual(links.map(() => false))
})

test('it says no where a link goes on answering, or never answered', async () => {
  const no = { bit: false }

  expect(await bites([fakeLink('producer', 1, { immune: true })])).toMatchObject([no, no])
  expect(await bites([fakeLink('producer', 1, { silent: true })])).toMatchObject([no, no])
  expect(await bites([fakeLink('producer', 2)])).toMatchObject([no, no])
})
