/** Stores on real servers, beside no cluster: what each guard leaves there, whoever is killed in the middle of what. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { labelsOf } from '../../harness/cluster/docker/labels.ts'
import { findLeftovers, removeRun } from '../../harness/cluster/docker/leftovers.ts'
import { connectRuntime } from '../../harness/cluster/docker/runtime.ts'
import { startServices, whyNoServices } from '../../harness/cluster/docker/services.ts'
import { insertOnce, lockOnly, naive, seenCheck, upsert } from '../../harness/effects/index.ts'
import type { StorePlace } from '../../harness/effects/steps.ts'
import { countEffects, openEffectStore } from '../../harness/effects/store.ts'
import { milliseconds } from '../../harness/model/duration.ts'
import { serviceNames, type ServiceAddresses, type ServiceName } from '../../harness/model/service.ts'
import { newRunId } from '../../harness/run/run-folder.ts'
import { untilServicesAnswer } from '../../harness/run/services.ts'
import { application, held, keepsItsPromises, killedInMidWork, of, withMembers } from '../effects/promises.ts'

const available = (await whyNoServices(serviceNames, new AbortController().signal)).length === 0
const runtime = await connectRuntime()
const run = newRunId()
const network = `ackproof-${run}-edge`
let addresses: ServiceAddresses = {}

beforeAll(async () => {
  if (!available) return
  const labels = labelsOf(run)
  await runtime.docker.createNetwork({ Name: network, Labels: labels })
  addresses = await startServices(runtime, { run, services: serviceNames, network, labels })
})
afterAll(async () => {
  const { remaining } = await removeRun(runtime.docker, run)
  if (remaining.length > 0) throw new Error(`Left behind: ${remaining.join(', ')}`)
})

test.runIf(available)('the servers say what they are, and are removed with what else the run created', async () => {
  expect(await untilServicesAnswer(addresses, AbortSignal.timeout(60_000))).toEqual([expect.stringMatching(/^PostgreSQL 15\./), expect.stringMatching(/^Redis 7\.0\./)])
  const found = await findLeftovers(runtime.docker)

  expect(found.filter(leftover => leftover.run === run && leftover.kind === 'container').map(({ name }) => name).sort())
    .toEqual([`ackproof-${run}-postgresql`, `ackproof-${run}-redis`])
})

let groups = 0
/** Each test has a group of its own. */
const newPlace = (store: ServiceName) => (): StorePlace => {
  const address = addresses[store]
  if (address === undefined) throw new Error(`${store} was not started.`)
  groups += 1

  return { store, address, group: `billing "${groups}" of ${store}` }
}

describe.runIf(available).each(serviceNames)('%s', store => {
  keepsItsPromises(newPlace(store))

  test.each([
    ['insertOnce', insertOnce(), 'applied', ['0: 1']],
    ['upsert', upsert(), 'applied', ['0: 1']],
    ['seenCheck before', seenCheck({ marker: 'before' }), 'recognised', []],
    ['seenCheck after', seenCheck({ marker: 'after' }), 'applied', ['0: 2']],
    ['lockOnly', lockOnly({ lease: milliseconds(300) }), 'applied', ['0: 1']],
    ['naive', naive(), 'applied', ['0: 1']]
  ] as const)('%s: a record whose member was killed in the middle of its work comes to another', async (_, plan, done, inStore) => {
    const place = newPlace(store)()
    await killedInMidWork(place, plan)
    await withMembers(place, plan, async (_first, second) => { expect(await second.apply(of(0), application)).toBe(done) })

    expect(await held(place)).toEqual(inStore)
  })

  test('groups share a server, and no effect', async () => {
    const [billing, shipping] = [newPlace(store)(), newPlace(store)()]
    await withMembers(billing, naive(), first => first.apply(of(0), application))
    await withMembers(shipping, upsert(), first => first.apply(of(1), application))

    expect([await held(billing), await held(shipping)]).toEqual([['0: 1'], ['1: 1']])
  })
})

test.runIf(available)('a store that a member still has open is not counted', async () => {
  await Promise.all(serviceNames.map(async store => {
    const place = newPlace(store)()
    const member = await openEffectStore({ place, owner: '1', plan: naive(), now: () => 0 })
    await member.apply(of(0), application)

    await expect(countEffects(place, () => undefined)).rejects.toThrow('to count a store alone; 1 others are connected to it.')
    await member.close()
    expect(await held(place)).toEqual(['0: 1'])
  }))
})
