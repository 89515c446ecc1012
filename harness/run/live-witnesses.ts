/** Records as the ledger's tail tells them, under the names that people know. */
import type { LiveWitness } from '../checkers/live/live-finding.ts'
import { identityOf, recordName } from '../model/record-number.ts'

export const witnessesOf = (records: readonly { readonly record: number, readonly offset: number }[]): readonly LiveWitness[] =>
  records.map(({ record, offset }) => ({ id: recordName(record), producer: identityOf(record).producer, offset }))
