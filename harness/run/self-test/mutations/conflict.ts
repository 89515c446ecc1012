/**
 * Tells the producer another offset than the record has: that of its neighbour below. Two records then claim one offset, and
 * the acknowledgement points to where the record is not, while a copy of it is elsewhere.
 */
import type { Mutation } from '../planting.ts'
import { changed } from './changes.ts'

export const conflict: Mutation = {
  name: 'conflict',
  needs: 'two acknowledged neighbours, with offsets told, in a log that is not compacted',
  plant: ground => {
    const site = ground.takeSite(({ where, below, record }) =>
      !where.compacted && record.acknowledged.value >= 0 && below.acknowledged.value >= 0)
    if (site === undefined) return undefined
    const { where: { topic, partition }, below, record } = site

    return {
      entries: [changed(record.acknowledged, { value: below.offset })],
      anomalies: [
        { anomaly: 'offset-conflict', count: 1, topic, partition, group: null },
        { anomaly: 'misplaced', count: 1, topic, partition, group: null }
      ]
    }
  }
}
