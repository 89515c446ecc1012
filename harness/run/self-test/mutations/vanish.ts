/**
 * Leaves a record's fate unknown and takes it out of the log, after a group was given it. Nobody promised that it would stay,
 * so it is not lost; but it was there, and then it was not.
 */
import { kinds } from '../../../ledger/format.ts'
import type { Site } from '../clean-records.ts'
import type { Mutation } from '../planting.ts'
import { changed, placed, without } from './changes.ts'
import { aheadOf, isNoReason, isSteady, reasonOf, wasReceived } from './wishes.ts'

export const vanish: Mutation = {
  name: 'vanish',
  needs: 'an acknowledged record that every group was given, in a log that is not compacted',
  plant: ground => {
    const suits = (one: Site): boolean => !one.where.compacted && one.record.delivered.size > 0 && isSteady(one) && wasReceived(one)
    const site = ground.takeSite(one => suits(one) && isNoReason(ground)(one), suits)
    if (site === undefined) return undefined
    const { topic, partition } = site.where

    return {
      entries: [...placed(site), changed(site.record.acknowledged, { kind: kinds.indeterminate, value: -1 }), without(site.record.logged)],
      anomalies: [{ anomaly: 'vanished', count: 1, topic, partition, group: null }],
      sideEffects: [...aheadOf(ground, site.where), ...reasonOf(ground, site)]
    }
  }
}
