/** What is in a store in the end, whichever way its effects were applied, twice, by two members, and by one that died in between. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { countEffects } from '../../harness/effects/count.ts'
import { insertOnce, lockOnly, naive, seenCheck, upsert } from '../../harness/effects/index.ts'
import { openEffectStore } from '../../harness/effects/store.ts'
import type { EffectPlan } from '../../harness/model/effect.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const of = (sequence: number) => ({ record: recordNumber({ producer: 1, incarnation: 1, sequence }), topic: 'orders', partition: sequence % 3 })
const application = { work: async () => undefined, wait: async () => undefined }
const dying = { ...application, work: () => Promise.reject(new Error('dead')) }

const newFile = (): string => join(temporaryFolder(), 'stores', 'billing.sqlite')
const open = (file: string, plan: EffectPlan, owner = 'c1', now = () => 0) => openEffectStore({ file, owner, plan, now })

/** `0: 2`: how often which record's effect is there. */
const held = (file: string): readonly string[] => {
  const counted: string[] = []
  countEffects(file, ({ record, times }) => { counted.push(`${record - of(0).record}: ${times}`) })

  return counted
}

test.each([
  ['insertOnce', insertOnce(), ['applied', 'recognised'], ['0: 1']],
  ['upsert', upsert(), ['applied', 'applied'], ['0: 1']],
  ['seenCheck before', seenCheck({ marker: 'before' }), ['applied', 'recognised'], ['0: 1']],
  ['seenCheck after', seenCheck({ marker: 'after' }), ['applied', 'recognised'], ['0: 1']],
  ['lockOnly', lockOnly(), ['applied', 'applied'], ['0: 2']],
  ['naive', naive(), ['applied', 'applied'], ['0: 2']]
] as const)('%s: a record that comes again, to another member', async (_, plan, done, inStore) => {
  const file = newFile()
  const [first, second] = [open(file, plan), open(file, plan, 'c2')]

  expect([await first.apply(of(0), application), await second.apply(of(0), application)]).toEqual(done)
  first.close()
  second.close()
  expect(held(file)).toEqual(inStore)
})

test.each([
  ['insertOnce', insertOnce(), ['0: 1']],
  ['upsert', upsert(), ['0: 1']],
  ['seenCheck before', seenCheck({ marker: 'before' }), []],
  ['seenCheck after', seenCheck({ marker: 'after' }), ['0: 2']],
  ['naive', naive(), ['0: 1']]
] as const)('%s: a record that comes again after a death in the middle of its work', async (_, plan, inStore) => {
  const file = newFile()
  const [first, second] = [open(file, plan), open(file, plan, 'c2')]

  await expect(first.apply(of(0), dying)).rejects.toThrow('dead')
  await second.apply(of(0), application)
  first.close()
  second.close()
  expect(held(file)).toEqual(inStore)
})

test('lockOnly: the lock of a dead member is waited for as long as its lease lasts', async () => {
  const file = newFile()
  let now = 0
  const waits: number[] = []
  const [first, second] = [open(file, lockOnly(), 'c1', () => now), open(file, lockOnly(), 'c2', () => now)]

  await expect(first.apply(of(0), dying)).rejects.toThrow('dead')
  await second.apply(of(0), { ...application, wait: async milliseconds => { waits.push(milliseconds); now += 400_000 } })
  first.close()
  second.close()
  expect(waits.length).toBe(3)
  expect(held(file)).toEqual(['0: 1'])
})

test('counts in the order of records, and tells where they were sent', async () => {
  const file = newFile()
  const store = open(file, naive())
  for (const sequence of [2, 0, 2]) await store.apply(of(sequence), application)
  store.close()
  const counted: unknown[] = []

  expect(countEffects(file, one => { counted.push(one) })).toBe(2)
  expect(counted).toEqual([{ ...of(0), times: 1 }, { ...of(2), times: 2 }])
})

test('a store that nobody came to open holds nothing', () => {
  expect(countEffects(newFile(), () => { throw new Error('There is nothing to visit.') })).toBe(0)
})

const toldBy = async (file: string, owner: string): Promise<readonly number[]> => {
  const member = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('member.ts', import.meta.url)), file, owner], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => { member.kill('SIGKILL') })
  let told = ''
  member.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (told.length > 3000) member.kill('SIGKILL')
  })
  await once(member, 'close')

  return told.split('\n').slice(0, -1).map(Number)
}

test('members that are killed while they write together lose nothing that they had done, and leave the store whole', { timeout: 60_000 }, async () => {
  const file = newFile()
  const told = (await Promise.all(['1', '2'].map(owner => toldBy(file, owner)))).flat()
  const inStore = new Map<number, number>()
  countEffects(file, ({ record, times }) => { inStore.set(record, times) })

  expect(told.length).toBeGreaterThan(200)
  expect(told.filter(record => inStore.get(record) !== 1)).toEqual([])
  expect(readdirSync(dirname(file)).filter(name => name.includes('.of-'))).toEqual([])
})
