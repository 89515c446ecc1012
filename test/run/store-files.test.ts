/** Where a group's store is, and which servers its run needs. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { insertOnce, naive, upsert } from '../../harness/effects/index.ts'
import { openEffectStore } from '../../harness/effects/store.ts'
import type { EffectPlan } from '../../harness/model/effect.ts'
import { topic } from '../../harness/model/topic.ts'
import { countStores, emptyStores, groupsWithStores, placeOf, servicesOf } from '../../harness/run/store-files.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const orders = topic('orders')
const reads = (group: string, effect?: EffectPlan) => groupReads({ from: orders, group, members: 2, commits: 'after-work', ...effect && { effect } })
const clients = [numberedWrites({ to: orders, acks: 'all', producers: 1 }), reads('billing', insertOnce({ store: 'postgresql' })), reads('shipping', upsert({ store: 'postgresql' })), reads('mailing', naive()), reads('watching')]
  .flatMap(workload => workload.clients)

test('each group has one store, and each server is needed once', () => {
  expect(groupsWithStores(clients)).toEqual([{ group: 'billing', store: 'postgresql' }, { group: 'shipping', store: 'postgresql' }, { group: 'mailing', store: 'sqlite' }])
  expect(servicesOf(clients)).toEqual(['postgresql'])
})

test('a store is on the server of its kind, or in a file whose name any group can give', () => {
  const address = { host: '127.0.0.1', port: 5432 }
  const whereabouts = { stores: '/run/stores', services: { postgresql: address } }

  expect(placeOf(whereabouts, { group: 'billing', store: 'postgresql' })).toEqual({ store: 'postgresql', address, group: 'billing' })
  expect(placeOf(whereabouts, { group: '../mailing', store: 'sqlite' })).toEqual({ store: 'sqlite', file: join('/run/stores', '%2E%2E%2Fmailing.sqlite') })
})

test('a store that is nowhere is told by its group, and not taken for an empty one', async () => {
  const lack = 'The store of the group billing was not counted: redis was not provided.'
  const counted = await countStores({ run: 'r', ledger: temporaryFolder(), topics: ['orders'] }, [{ group: 'billing', store: 'redis' }])

  expect(counted).toEqual([{ group: 'billing', records: 0, lack }])
  expect(emptyStores(counted)).toEqual([lack])
})

test('where one store cannot be counted none is: the others would accuse its group', async () => {
  const [folder, stores] = [temporaryFolder(), temporaryFolder()]
  const counting = { run: 'r', ledger: folder, topics: ['orders'], stores }
  const mailing = { group: 'mailing', store: 'sqlite' } as const
  const store = await openEffectStore({ place: placeOf({ stores }, mailing)!, owner: 'c1', plan: naive(), now: () => 0 })
  await store.apply({ record: 1, topic: 'orders', partition: 0 }, { work: () => Promise.resolve(), wait: () => Promise.resolve() })
  await store.close()

  expect(await countStores(counting, [mailing, { group: 'billing', store: 'redis' }])).toEqual([
    { group: 'mailing', records: 0, lack: 'The store of the group mailing was not counted: redis was not provided.' },
    { group: 'billing', records: 0, lack: 'The store of the group billing was not counted: redis was not provided.' }
  ])
  expect(readdirSync(folder)).toEqual([])
  expect(await countStores(counting, [mailing])).toEqual([{ group: 'mailing', records: 1 }])
})

test('the workload says where its effects are', () => {
  expect(reads('billing', upsert({ store: 'redis' })).description).toBe('2 members of billing reading orders, commits after-work, effects upsert in redis')
})
