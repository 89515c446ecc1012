/** A store in a file of SQLite's, and what is true of any. */
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { lockOnly, naive, upsert } from '../../harness/effects/index.ts'
import { openEffectStore } from '../../harness/effects/store.ts'
import { untilNobodyElseIs } from '../../harness/effects/waiting.ts'
import type { StoreName } from '../../harness/model/effect.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { application, dying, held, keepsItsPromises, of, withMembers } from './promises.ts'

const newPlace = () => ({ store: 'sqlite', file: join(temporaryFolder(), 'stores', 'billing.sqlite') }) as const

keepsItsPromises(newPlace)

test('lockOnly: the lock of a dead member is waited for as long as its lease lasts', async () => {
  const place = newPlace()
  let now = 0
  const waits: number[] = []
  const [first, second] = [await openEffectStore({ place, owner: '1', plan: lockOnly(), now: () => now }), await openEffectStore({ place, owner: '2', plan: lockOnly(), now: () => now })]

  await expect(first.apply(of(0), dying)).rejects.toThrow('dead')
  await second.apply(of(0), { ...application, wait: async milliseconds => { waits.push(milliseconds); now += 400_000 } })
  await Promise.all([first.close(), second.close()])
  expect(waits.length).toBe(3)
  expect(await held(place)).toEqual(['0: 1'])
})

test('members that come together leave one file, and nothing of its making', async () => {
  const place = newPlace()
  await withMembers(place, naive(), async (first, second) => Promise.all([first.apply(of(0), application), second.apply(of(1), application)]))

  expect(readdirSync(dirname(place.file)).filter(name => name.includes('.of-'))).toEqual([])
  expect(await held(place)).toEqual(['0: 1', '1: 1'])
})

test('a kind of store that there is not is refused, and those that there are are named', () => {
  expect(() => upsert({ store: 'mongodb' as StoreName })).toThrow('store is "mongodb"; it must be one of sqlite, postgresql, redis.')
  expect(upsert({ store: 'redis' })).toEqual({ kind: 'upsert', store: 'redis' })
})

test('a store is counted when nobody else is connected to it, and not while somebody is', async () => {
  let others = 3
  await untilNobodyElseIs(() => Promise.resolve(others -= 1))

  expect(others).toBe(0)
  await expect(untilNobodyElseIs(() => Promise.resolve(2), { deadlineMs: 60 })).rejects.toThrow('Waited 60 ms to count a store alone; 2 others are connected to it.')
})
