/**
 * All that the ledger holds about one record: each entry that names it, and where that stands. Only a sample of a run's
 * records has its story told.
 */
import type { LedgerHeader } from '../../ledger/format.ts'
import type { PartitionFacts } from './partition-facts.ts'
import type { EntryFields } from './scan-entries.ts'

export interface EntryFile {
  readonly path: string
  readonly header: LedgerHeader
}

/** One entry that names the record. */
export interface Sighting extends EntryFields {
  readonly file: EntryFile
  /** The entry's place in its file. */
  readonly index: number
  readonly where: PartitionFacts
  /** For a delivery: the offset that this process was handed before it, from the same partition. */
  readonly previousOffset: number | undefined
}

export interface Story {
  readonly record: number
  readonly sightings: Sighting[]
  /** False: another record of its incarnation lies on the wrong side of it, so that an order finding may hang on it. */
  inOrder: boolean
  /** True: another record was found or acknowledged at its offset. */
  disputed: boolean
}

export const newStory = (record: number): Story => ({ record, sightings: [], inOrder: true, disputed: false })
