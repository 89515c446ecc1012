/** Where the stores of a run's groups are, and how they come on record: one file a group, counted when nobody writes any more. */
import { join } from 'node:path'
import { kinds } from '../ledger/format.ts'
import { openLedger } from '../ledger/writer.ts'
import type { TopicPlan } from '../model/topic.ts'
import type { ClientPlan } from '../model/workload.ts'
import type { EffectsCounted } from './worker-protocol.ts'

/** A group's name may hold anything. */
export const storeFile = (folder: string, group: string): string => join(folder, `${encodeURIComponent(group).replaceAll('.', '%2E')}.sqlite`)

/** The groups whose members have a store. */
export const groupsWithStores = (clients: readonly ClientPlan[]): readonly string[] =>
  [...new Set(clients.flatMap(plan => plan.kind === 'member' && plan.effect !== undefined ? [plan.group] : []))]

/** A store that holds nothing, though its group worked, would have nothing to be judged by. */
export const emptyStores = (counted: readonly EffectsCounted[]): readonly string[] => counted.filter(({ records }) => records === 0)
  .map(({ group, lack }) => lack ?? `The store of the group ${group} holds no effect of any record.`)

interface Counting {
  readonly run: string
  readonly ledger: string
  readonly stores: string | undefined
  readonly topics: readonly TopicPlan['name'][]
}

/** Writes what the groups' stores hold as `effect` entries. */
export const countStores = async ({ run, ledger: folder, stores, topics }: Counting, groups: readonly string[]): Promise<readonly EffectsCounted[]> => {
  if (groups.length === 0 || stores === undefined) return []
  // Loaded on demand: Node warns of its SQLite.
  const { countEffects } = await import('../effects/count.ts')

  return groups.map((group, index) => {
    const ledger = openLedger(folder, { format: 1, run, process: `effects-${index + 1}`, topics, group })
    const records = countEffects(storeFile(stores, group), ({ record, topic, partition, times }) => {
      ledger.append({ kind: kinds.effect, topic: Math.max(0, topics.indexOf(topic)), partition, at: 0, record, value: times })
    })
    ledger.close()

    return { group, records }
  })
}
