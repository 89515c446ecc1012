/** Turns a record's acknowledgement into a rejection, though it is in the log: what was definitely not written is there. */
import { kinds } from '../../../ledger/format.ts'
import type { Mutation } from '../planting.ts'
import { changed, placed } from './changes.ts'
import { isNoReason, reasonOf } from './wishes.ts'

export const resurrect: Mutation = {
  name: 'resurrect',
  needs: 'an acknowledged record',
  plant: ground => {
    const site = ground.takeSite(isNoReason(ground), () => true)
    if (site === undefined) return undefined
    const { topic, partition } = site.where

    return {
      entries: [...placed(site), changed(site.record.acknowledged, { kind: kinds.rejected, value: -1 })],
      anomalies: [{ anomaly: 'resurrected', count: 1, topic, partition, group: null }],
      sideEffects: reasonOf(ground, site)
    }
  }
}
