/**
 * Writes a copy of an acknowledged record to the end of another partition of its topic: misplaced, since nobody sent it there.
 * In its own partition nothing changes; the groups that owned the other one have not been given the copy.
 */
import type { Site } from '../clean-records.ts'
import type { PartitionFacts } from '../partition-facts.ts'
import type { Mutation } from '../planting.ts'

export const move: Mutation = {
  name: 'move',
  needs: 'an acknowledged record, and another partition of its topic whose end no commit has passed',
  plant: ground => {
    const site = ground.takeSite(one => ground.hasEnd(isBeside(one)))
    const end = site && ground.takeEnd(isBeside(site))
    if (site === undefined || end === undefined) return undefined
    const { topic, partition } = site.where

    return {
      entries: [end.append(site.record.record)],
      anomalies: [{ anomaly: 'misplaced', count: 1, topic, partition, group: null }, ...end.undelivered],
      sideEffects: end.sideEffects
    }
  }
}

const isBeside = ({ where: { topic, partition } }: Site) => (other: PartitionFacts): boolean =>
  other.topic === topic && other.partition !== partition
