/**
 * What a consuming application does with a record for good: an effect in a store that outlives its process. The plan says how the
 * application guards itself against doing it twice, or not at all; `effects/` carries it out, and counts the store after the run.
 */
import type { ServiceName } from './service.ts'

/** `sqlite`: a file that the processes of all members open. The others are servers, each started for the run. */
export type StoreName = 'sqlite' | ServiceName

/** How the application guards itself. */
export type Guard =
  | { readonly kind: 'insert-once' }
  | { readonly kind: 'upsert' }
  | { readonly kind: 'seen-check', readonly marker: 'before' | 'after' }
  | { readonly kind: 'lock-only', /** How long the lock of a dead owner still holds. */ readonly leaseMs: number }
  | { readonly kind: 'naive' }

export type EffectPlan = Guard & {
  /** Absent: `sqlite`. */
  readonly store?: StoreName
}

/** The record that an effect is of, and where it was sent. */
export interface EffectOf {
  /** See `record-number.ts`. */
  readonly record: number
  readonly topic: string
  readonly partition: number
}

/** What the application does beside the effect itself. */
export interface EffectWork {
  /** The work that leads to the effect; takes the time that the workload says. */
  readonly work: () => Promise<void>
  /** Waits, in milliseconds, for somebody else to be done. */
  readonly wait: (milliseconds: number) => Promise<void>
}

export interface EffectStore {
  /** `recognised`: it was done before, and is not done again. What has been done when this resolves survives the process's death. */
  readonly apply: (of: EffectOf, application: EffectWork) => Promise<'applied' | 'recognised'>
  readonly close: () => Promise<void>
}

/** How often a record's effect is in the store. */
export interface CountedEffect extends EffectOf {
  readonly times: number
}
