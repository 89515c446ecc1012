/**
 * What a store can do for a guard. Each step happens whole or not at all, whoever dies meanwhile, and has happened for good when it
 * resolves. In which order an application takes them is `guards.ts`; each kind of store is one file that carries them out.
 */
import type { CountedEffect, EffectOf, EffectPlan } from '../model/effect.ts'
import type { ServiceAddress, ServiceName } from '../model/service.ts'

export interface StoreSteps {
  /** The effect once more, whatever is there. */
  readonly append: (of: EffectOf) => Promise<void>
  /** The effect under the record's id: over the one that is there, if one is. */
  readonly overwrite: (of: EffectOf) => Promise<void>
  /** The effect, and the record's id as a unique key, in one transaction after the work. False: the key is there, and no effect came of it. */
  readonly appendOnce: (of: EffectOf, work: () => Promise<void>) => Promise<boolean>
  /** False: it is marked already. */
  readonly mark: (of: EffectOf) => Promise<boolean>
  readonly isMarked: (of: EffectOf) => Promise<boolean>
  /** False: somebody's lease has not ended. */
  readonly lock: (of: EffectOf, leaseMs: number) => Promise<boolean>
  /** Of a lock that is somebody else's by now, nothing. */
  readonly unlock: (of: EffectOf) => Promise<void>
  readonly close: () => Promise<void>
}

export interface FilePlace {
  readonly store: 'sqlite'
  readonly file: string
}

export interface ServerPlace {
  readonly store: ServiceName
  readonly address: ServiceAddress
  /** Each group has its own part of the server. */
  readonly group: string
}

export type StorePlace = FilePlace | ServerPlace

export interface StoreSetting<Place extends StorePlace = StorePlace> {
  readonly place: Place
  /** Whoever opens it: a name that no other process bears at the same time. */
  readonly owner: string
  readonly plan: EffectPlan
  /** Microseconds since the run began: the same for all processes. */
  readonly now: () => number
}

export interface StoreKind<Place extends StorePlace = StorePlace> {
  /** Opens the store; the first process to come creates it. */
  readonly open: (setting: StoreSetting<Place>) => Promise<StoreSteps>
  /** Calls for each record that has any effect, in the order of records, and answers how many have; 0 also where no member came to open it. */
  readonly count: (place: Place, visit: (counted: CountedEffect) => void) => Promise<number>
}
