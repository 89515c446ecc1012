/**
 * The ways in which an application can guard its effects, as words for experiments. Two of them hold whatever happens; the other
 * three are what people do instead, and are there to be caught.
 */
import { milliseconds, type Duration } from '../model/duration.ts'
import type { EffectPlan, StoreName } from '../model/effect.ts'
import { serviceNames } from '../model/service.ts'

export interface StoreOptions {
  /** Where the effects are. Default `sqlite`; the others are servers, each started beside the cluster for the run. */
  readonly store?: StoreName
}

const stores: readonly StoreName[] = ['sqlite', ...serviceNames]

const storeOf = ({ store }: StoreOptions): StoreOptions => {
  if (store === undefined) return {}
  if (!stores.includes(store)) throw new Error(`store is "${store}"; it must be one of ${stores.join(', ')}.`)

  return { store }
}

/** The record's id is a unique key in the effect's own transaction: a second time is recognised, and nothing is done. */
export const insertOnce = (options: StoreOptions = {}): EffectPlan => ({ kind: 'insert-once', ...storeOf(options) })

/** The effect is written under the record's id: a second time overwrites the first with the same. */
export const upsert = (options: StoreOptions = {}): EffectPlan => ({ kind: 'upsert', ...storeOf(options) })

/**
 * A marker says that a record was seen, in a transaction apart from the effect's; the work lies between the two. A death there loses
 * the effect where the marker comes `before` it, and repeats it where it comes `after`.
 */
export const seenCheck = ({ marker, ...options }: StoreOptions & { readonly marker: 'before' | 'after' }): EffectPlan => ({ kind: 'seen-check', marker, ...storeOf(options) })

/** A lock on the record keeps two members from working on it at once, and nothing keeps one from doing it again later. */
export const lockOnly = ({ lease = milliseconds(1000), ...options }: StoreOptions & { readonly lease?: Duration } = {}): EffectPlan =>
  ({ kind: 'lock-only', leaseMs: lease.milliseconds, ...storeOf(options) })

/** Each delivery is applied, whatever was delivered before. */
export const naive = (options: StoreOptions = {}): EffectPlan => ({ kind: 'naive', ...storeOf(options) })
