/** What each guard promises in any kind of store: what is there in the end when a record comes twice, and when its member died in between. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { insertOnce, lockOnly, naive, seenCheck, upsert } from '../../harness/effects/index.ts'
import type { StorePlace } from '../../harness/effects/steps.ts'
import { countEffects, openEffectStore } from '../../harness/effects/store.ts'
import { milliseconds } from '../../harness/model/duration.ts'
import type { EffectPlan, EffectStore } from '../../harness/model/effect.ts'
import { recordNumber } from '../../harness/model/record-number.ts'

export const of = (sequence: number) => ({ record: recordNumber({ producer: 1, incarnation: 1, sequence }), topic: 'orders', partition: sequence % 3 })
export const application = { work: async () => undefined, wait: async () => undefined }
export const dying = { ...application, work: () => Promise.reject(new Error('dead')) }

/** `0: 2`: how often which record's effect is there. */
export const held = async (place: StorePlace): Promise<readonly string[]> => {
  const counted: string[] = []
  await countEffects(place, ({ record, times }) => { counted.push(`${record - of(0).record}: ${times}`) })

  return counted
}

/** The store as one member or several have it open; closed when they are done. */
export const withMembers = async (place: StorePlace, plan: EffectPlan, use: (...members: readonly [EffectStore, EffectStore]) => Promise<unknown>): Promise<void> => {
  const [first, second] = [await openEffectStore({ place, owner: '1', plan, now: () => 0 }), await openEffectStore({ place, owner: '2', plan, now: () => 0 })]
  try {
    await use(first, second)
  } finally {
    await Promise.all([first.close(), second.close()])
  }
}

const memberOf = (place: StorePlace, plan: EffectPlan, ...more: readonly string[]) => {
  const member = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('member.ts', import.meta.url)), JSON.stringify(place), JSON.stringify(plan), ...more], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => { member.kill('SIGKILL') })

  return member
}

/** Killed after it has told some records to be done: which. */
export const toldBeforeDeath = async (place: StorePlace, plan: EffectPlan, owner: string): Promise<readonly number[]> => {
  const member = memberOf(place, plan, owner)
  let told = ''
  member.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (told.length > 3000) member.kill('SIGKILL')
  })
  await once(member, 'close')

  return told.split('\n').slice(0, -1).map(Number)
}

/** A process that is killed while it works on record 0. */
export const killedInMidWork = async (place: StorePlace, plan: EffectPlan): Promise<void> => {
  const member = memberOf(place, plan, '1', 'in mid-work')
  const [text] = await once(member.stdout, 'data') as [Buffer]
  expect(String(text)).toBe('works\n')
  member.kill('SIGKILL')
  await once(member, 'close')
}

const lease = milliseconds(200)

export const keepsItsPromises = (newPlace: () => StorePlace): void => {
  test.each([
    ['insertOnce', insertOnce(), ['applied', 'recognised'], ['0: 1']],
    ['upsert', upsert(), ['applied', 'applied'], ['0: 1']],
    ['seenCheck before', seenCheck({ marker: 'before' }), ['applied', 'recognised'], ['0: 1']],
    ['seenCheck after', seenCheck({ marker: 'after' }), ['applied', 'recognised'], ['0: 1']],
    ['lockOnly', lockOnly({ lease }), ['applied', 'applied'], ['0: 2']],
    ['naive', naive(), ['applied', 'applied'], ['0: 2']]
  ] as const)('%s: a record that comes again, to another member', async (_, plan, done, inStore) => {
    const place = newPlace()
    await withMembers(place, plan, async (first, second) => {
      expect([await first.apply(of(0), application), await second.apply(of(0), application)]).toEqual(done)
    })

    expect(await held(place)).toEqual(inStore)
  })

  test.each([
    ['insertOnce', insertOnce(), ['0: 1']],
    ['upsert', upsert(), ['0: 1']],
    ['seenCheck before', seenCheck({ marker: 'before' }), []],
    ['seenCheck after', seenCheck({ marker: 'after' }), ['0: 2']],
    ['naive', naive(), ['0: 1']]
  ] as const)('%s: a record that comes again after its work failed', async (_, plan, inStore) => {
    const place = newPlace()
    await withMembers(place, plan, async (first, second) => {
      await expect(first.apply(of(0), dying)).rejects.toThrow('dead')
      await second.apply(of(0), application)
    })

    expect(await held(place)).toEqual(inStore)
  })

  test('counts in the order of records, and tells where they were sent', async () => {
    const place = newPlace()
    await withMembers(place, naive(), async store => { for (const sequence of [10, 2, 0, 2]) await store.apply(of(sequence), application) })
    const counted: unknown[] = []

    expect(await countEffects(place, one => { counted.push(one) })).toBe(3)
    expect(counted).toEqual([{ ...of(0), times: 1 }, { ...of(2), times: 2 }, { ...of(10), times: 1 }])
  })

  test('a store that nobody came to open holds nothing', async () => {
    expect(await countEffects(newPlace(), () => { throw new Error('There is nothing to visit.') })).toBe(0)
  })

  test.each([
    ['insertOnce', insertOnce()],
    ['naive', naive()]
  ] as const)('%s: members that are killed while they write together lose nothing that they had done', { timeout: 60_000 }, async (_, plan) => {
    const place = newPlace()
    const told = (await Promise.all(['1', '2'].map(owner => toldBeforeDeath(place, plan, owner)))).flat()
    const inStore = new Map<number, number>()
    await countEffects(place, ({ record, times }) => { inStore.set(record, times) })

    expect(told.length).toBeGreaterThan(200)
    expect(told.filter(record => inStore.get(record) !== 1)).toEqual([])
  })
}
