/** Says of a logged record that its fingerprint did not match. It is corrupted, and in every other respect where it was. */
import { flags } from '../../../ledger/format.ts'
import type { Mutation } from '../planting.ts'
import { changed } from './changes.ts'

export const tear: Mutation = {
  name: 'tear',
  needs: 'an acknowledged record',
  plant: ground => {
    const site = ground.takeSite(() => true)
    if (site === undefined) return undefined
    const { topic, partition } = site.where

    return {
      entries: [changed(site.record.logged, { flags: flags.torn })],
      anomalies: [{ anomaly: 'corrupted', count: 1, topic, partition, group: null }]
    }
  }
}
