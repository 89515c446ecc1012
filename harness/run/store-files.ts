/** Where the stores of a run's groups are, and how they come on record: each is counted when nobody writes any more. */
import { join } from 'node:path'
import type { StorePlace } from '../effects/steps.ts'
import { kinds } from '../ledger/format.ts'
import { openLedger, removeLedger } from '../ledger/writer.ts'
import { messageOf } from '../model/errors.ts'
import type { ServiceName } from '../model/service.ts'
import type { TopicPlan } from '../model/topic.ts'
import type { ClientPlan } from '../model/workload.ts'
import type { EffectsCounted, StoreOf, WorkerSetting } from './worker-protocol.ts'

/** A group's name may hold anything. */
const storeFile = (folder: string, group: string): string => join(folder, `${encodeURIComponent(group).replaceAll('.', '%2E')}.sqlite`)

/** The groups whose members have a store, and of which kind it is. */
export const groupsWithStores = (clients: readonly ClientPlan[]): readonly StoreOf[] => [...new Map(clients.flatMap(plan =>
  plan.kind === 'member' && plan.effect !== undefined ? [[plan.group, { group: plan.group, store: plan.effect.store ?? 'sqlite' }] as const] : [])).values()]

/** The servers that the groups' stores are on, each once. */
export const servicesOf = (clients: readonly ClientPlan[]): readonly ServiceName[] =>
  [...new Set(groupsWithStores(clients).flatMap(({ store }) => store === 'sqlite' ? [] : store))]

type Whereabouts = Pick<WorkerSetting, 'stores' | 'services'>

/** Undefined where nobody said where such stores are. */
export const placeOf = ({ stores, services = {} }: Whereabouts, { group, store }: StoreOf): StorePlace | undefined => {
  if (store === 'sqlite') return stores === undefined ? undefined : { store, file: storeFile(stores, group) }
  const address = services[store]

  return address === undefined ? undefined : { store, address, group }
}

/** A store that holds nothing, though its group worked, would have nothing to be judged by. */
export const emptyStores = (counted: readonly EffectsCounted[]): readonly string[] => counted.filter(({ records }) => records === 0)
  .map(({ group, lack }) => lack ?? `The store of the group ${group} holds no effect of any record.`)

interface Counting extends Whereabouts {
  readonly run: string
  readonly ledger: string
  readonly topics: readonly TopicPlan['name'][]
}

/** Writes what the groups' stores hold as `effect` entries: of all of them, or, where one cannot be counted, of none. What is counted of one is missed of the others. */
export const countStores = async (counting: Counting, stores: readonly StoreOf[]): Promise<readonly EffectsCounted[]> => {
  const counted: EffectsCounted[] = []
  try {
    for (const store of stores) counted.push(await countStore(counting, store, processOf(stores, store)))

    return counted
  } catch (error) {
    for (const store of stores) removeLedger(counting.ledger, processOf(stores, store))
    const why = messageOf(error).replace(/\.?$/, '.')

    return stores.map(({ group }) => ({ group, records: 0, lack: `The store of the group ${group} was not counted: ${why}` }))
  }
}

const processOf = (stores: readonly StoreOf[], store: StoreOf): string => `effects-${stores.indexOf(store) + 1}`

const countStore = async ({ run, ledger: folder, topics, ...whereabouts }: Counting, store: StoreOf, process: string): Promise<EffectsCounted> => {
  const place = placeOf(whereabouts, store)
  if (place === undefined) throw new Error(`${store.store} was not provided.`)
  // Loaded on demand: most runs have no store.
  const { countEffects } = await import('../effects/store.ts')
  const ledger = openLedger(folder, { format: 1, run, process, topics, group: store.group })
  try {
    const records = await countEffects(place, ({ record, topic, partition, times }) => {
      ledger.append({ kind: kinds.effect, topic: Math.max(0, topics.indexOf(topic)), partition, at: 0, record, value: times })
    })

    return { group: store.group, records }
  } finally {
    ledger.close()
  }
}
