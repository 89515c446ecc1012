/**
 * Exchanges two neighbours of one batch in the log, in their acknowledgements and in every delivery alike, so that all
 * evidence agrees that the later one came first: one record is reordered. They were sent and acknowledged at the same times,
 * so neither is stale.
 */
import type { CleanRecord, Site } from '../clean-records.ts'
import type { EntryEdit } from '../edits.ts'
import type { Mutation } from '../planting.ts'
import { changed } from './changes.ts'

export const swap: Mutation = {
  name: 'swap',
  needs: 'two acknowledged neighbours of one batch',
  plant: ground => {
    const site = ground.takeSite(areOfOneBatch)
    if (site === undefined) return undefined
    const { where: { topic, partition }, record, above } = site

    return {
      entries: [...inPlaceOf(record, above), ...inPlaceOf(above, record)],
      anomalies: [{ anomaly: 'reordered', count: 1, topic, partition, group: null }]
    }
  }
}

const areOfOneBatch = ({ record, above }: Site): boolean => record.send.file === above.send.file
  && record.send.at === above.send.at && record.acknowledged.at === above.acknowledged.at
  && record.send.value >= 0 && record.send.value + 1 === above.send.value

/** All that is on record about where one lies, with the other one there. */
const inPlaceOf = (one: CleanRecord, other: CleanRecord): readonly EntryEdit[] => [
  ...[one.logged, ...one.delivered.values()].map(sighting => changed(sighting, { record: other.record })),
  changed(one.acknowledged, { value: other.acknowledged.value })
]
