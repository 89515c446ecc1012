/**
 * What a mutation is: a small change of recorded evidence, and the exact anomalies that must come of it. Each has a file in
 * `mutations/`, whose first paragraph says what it changes and why nothing else follows.
 */
import type { Entry } from '../../ledger/writer.ts'
import type { Anomaly } from '../../model/judgement.ts'
import type { MutationName } from '../../model/mutations.ts'
import type { EntryEdit, LineEdit } from './edits.ts'
import type { Ground } from './ground.ts'

/** Where a finding belongs: see the keys of the history format, section 4. */
export interface Place {
  readonly topic: string
  readonly partition: number
  readonly group: string | null
}

export interface PlantedAnomaly extends Place {
  readonly anomaly: Anomaly
  readonly count: number
}

/** An anomaly whose count may change at a place without being planted there. */
export interface SideEffect extends Place {
  readonly anomaly: Anomaly
}

/** A process that the run did not have: a producer, a group member perhaps as well, and what its files hold. */
export interface PlantedProcess {
  readonly name: string
  readonly producer: string
  readonly member?: string
  readonly group?: string
  readonly topics: readonly string[]
  readonly entries: readonly Entry[]
  readonly lines: readonly (Readonly<Record<string, unknown>> & { readonly event: string })[]
}

export interface Planting {
  readonly entries: readonly EntryEdit[]
  readonly lines?: readonly LineEdit[]
  readonly process?: PlantedProcess
  readonly anomalies: readonly PlantedAnomaly[]
  readonly sideEffects?: readonly SideEffect[]
}

export interface Mutation {
  readonly name: MutationName
  /** What the evidence must hold for it, for the sentence that says that it does not. */
  readonly needs: string
  /** Undefined: there is no room for it; then nothing has been taken from the ground that others miss. */
  readonly plant: (ground: Ground) => Planting | undefined
}
