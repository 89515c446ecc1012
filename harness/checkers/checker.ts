/** What a checker is: a name and a pure look at the facts. It never throws at the first anomaly, and does nothing else. */
import type { Evidence } from '../model/evidence.ts'
import type { Level } from '../model/judgement.ts'
import type { Facts } from './facts.ts'
import { partitionOfRecord } from './facts.ts'
import type { Reason } from './promises.ts'
import type { Tally } from './tally.ts'

export interface Checker {
  readonly name: string
  readonly check: (facts: Facts, tally: Tally) => void
}

/** A reason that is always the same. */
export const because = (sentence: string): Reason => ({ cause: sentence, words: () => sentence })

/** A reason with words around it. */
export const about = (reason: Reason, around: (contract: string) => string): Reason =>
  ({ cause: around(reason.cause), words: () => around(reason.words()) })

export const permittedOr = (permitted: boolean): Level => (permitted ? 'permitted' : 'violation')

/** Where a record's findings belong: where its sends went; for one that was never sent, where it was found. */
export const placeOfRecord = (evidence: Evidence, record: number, found: number): number =>
  evidence.sends.firstOf[record] === -1 ? found : partitionOfRecord(evidence, record)
