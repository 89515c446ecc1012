/**
 * Takes the logged entry of an acknowledged record out of the audit. The record is lost. Groups that were handed it stay
 * out of it: what is lost is not `vanished` as well, and what is not visible is owed to nobody.
 */
import { without } from './changes.ts'
import { aheadOf, isSteady, wasReceived } from './wishes.ts'
import type { Mutation } from '../planting.ts'

export const drop: Mutation = {
  name: 'drop',
  needs: 'an acknowledged record in a log that is not compacted',
  plant: ground => {
    const site = ground.takeSite(one => !one.where.compacted && isSteady(one) && wasReceived(one))
    if (site === undefined) return undefined
    const { topic, partition } = site.where

    return {
      entries: [without(site.record.logged)],
      anomalies: [{ anomaly: 'lost', count: 1, topic, partition, group: null }],
      sideEffects: aheadOf(ground, site.where)
    }
  }
}
