/** A store as one member's process sees it, and as it is counted after the run, whichever kind it is. */
import type { CountedEffect, EffectStore } from '../model/effect.ts'
import { guardedBy } from './guards.ts'
import type { StoreKind, StorePlace, StoreSetting } from './steps.ts'

export const openEffectStore = async (setting: StoreSetting): Promise<EffectStore> => {
  const steps = await (await kindAt(setting.place)).open(setting)

  return { apply: guardedBy(setting.plan, steps), close: steps.close }
}

/** Calls for each record that has any effect, in the order of records, and answers how many have; 0 also where no member came to open the store. */
export const countEffects = async (place: StorePlace, visit: (counted: CountedEffect) => void): Promise<number> => (await kindAt(place)).count(place, visit)

/** Loaded on demand: a process needs one of them at most. */
const kindAt = async ({ store }: StorePlace): Promise<StoreKind> => {
  switch (store) {
    case 'sqlite': return (await import('./sqlite.ts')).sqlite as StoreKind
    case 'postgresql': return (await import('./postgresql.ts')).postgresql as StoreKind
    case 'redis': return (await import('./redis.ts')).redis as StoreKind
  }
}
