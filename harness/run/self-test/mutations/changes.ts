/** The small changes of single entries that mutations are made of. */
import { noPartition } from '../../../ledger/format.ts'
import type { Site } from '../clean-records.ts'
import type { EntryEdit } from '../edits.ts'
import type { EntryFields } from '../scan-entries.ts'
import type { Sighting } from '../story.ts'

export const without = ({ file, index }: Sighting): EntryEdit => ({ file: file.path, index, change: 'remove' })

export const changed = (sighting: Sighting, fields: Partial<EntryFields>): EntryEdit =>
  ({ file: sighting.file.path, index: sighting.index, change: 'replace', entry: { ...sighting, ...fields } })

/** The same entry once more, directly after itself. */
export const repeated = (sighting: Sighting): EntryEdit =>
  ({ file: sighting.file.path, index: sighting.index, change: 'insert-after', entry: sighting })

/** Says where a record was sent, if only its acknowledgement did: for mutations that take that away. */
export const placed = ({ where: { partition }, record: { send } }: Site): readonly EntryEdit[] =>
  (send.partition === noPartition ? [changed(send, { partition })] : [])
