/**
 * The ways in which an application can guard its effects, as words for experiments. Two of them hold whatever happens; the other
 * three are what people do instead, and are there to be caught.
 */
import { milliseconds, type Duration } from '../model/duration.ts'
import type { EffectPlan } from '../model/effect.ts'

/** The record's id is a unique key in the effect's own transaction: a second time is recognised, and nothing is done. */
export const insertOnce = (): EffectPlan => ({ kind: 'insert-once' })

/** The effect is written under the record's id: a second time overwrites the first with the same. */
export const upsert = (): EffectPlan => ({ kind: 'upsert' })

/**
 * A marker says that a record was seen, in a transaction apart from the effect's; the work lies between the two. A death there loses
 * the effect where the marker comes `before` it, and repeats it where it comes `after`.
 */
export const seenCheck = ({ marker }: { readonly marker: 'before' | 'after' }): EffectPlan => ({ kind: 'seen-check', marker })

/** A lock on the record keeps two members from working on it at once, and nothing keeps one from doing it again later. */
export const lockOnly = ({ lease = milliseconds(1000) }: { readonly lease?: Duration } = {}): EffectPlan => ({ kind: 'lock-only', leaseMs: lease.milliseconds })

/** Each delivery is applied, whatever was delivered before. */
export const naive = (): EffectPlan => ({ kind: 'naive' })
