/**
 * Writes a copy of an acknowledged record to the end of its partition's log. The copy is surplus; its first offset stays what
 * it was, so no order changes. Every group that owned the partition has never been given the copy.
 */
import type { Mutation } from '../planting.ts'

export const double: Mutation = {
  name: 'double',
  needs: 'an acknowledged record in a partition whose end no commit has passed',
  plant: ground => {
    const site = ground.takeSite(one => ground.hasEnd(where => where === one.where))
    const end = site && ground.takeEnd(where => where === site.where)
    if (site === undefined || end === undefined) return undefined
    const { topic, partition } = site.where

    return {
      entries: [end.append(site.record.record)],
      anomalies: [{ anomaly: 'duplicated', count: 1, topic, partition, group: null }, ...end.undelivered],
      sideEffects: end.sideEffects
    }
  }
}
