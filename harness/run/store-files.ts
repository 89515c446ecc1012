/** Where the stores of a run's groups are, and how they come on record: each is counted when nobody writes any more. */
import { join } from 'node:path'
import type { StorePlace } from '../effects/steps.ts'
import { kinds } from '../ledger/format.ts'
import { openLedger } from '../ledger/writer.ts'
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

/** Writes what the groups' stores hold as `effect` entries. */
export const countStores = async ({ run, ledger: folder, topics, ...whereabouts }: Counting, stores: readonly StoreOf[]): Promise<readonly EffectsCounted[]> => {
  const counted: EffectsCounted[] = []
  for (const [index, store] of stores.entries()) {
    const place = placeOf(whereabouts, store)
    const { group } = store
    if (place === undefined) {
      counted.push({ group, records: 0, lack: `The store of the group ${group} was not counted: ${store.store} was not provided.` })
      continue
    }
    // Loaded on demand: most runs have no store.
    const { countEffects } = await import('../effects/store.ts')
    const ledger = openLedger(folder, { format: 1, run, process: `effects-${index + 1}`, topics, group })
    const records = await countEffects(place, ({ record, topic, partition, times }) => {
      ledger.append({ kind: kinds.effect, topic: Math.max(0, topics.indexOf(topic)), partition, at: 0, record, value: times })
    })
    ledger.close()
    counted.push({ group, records })
  }

  return counted
}
