/** Raises the leader epoch of one logged record by one: the record above it then has an epoch below that of a lower offset. */
import { noEpoch } from '../../../ledger/format.ts'
import type { Mutation } from '../planting.ts'
import { changed } from './changes.ts'
import { isSteady } from './wishes.ts'

export const epoch: Mutation = {
  name: 'epoch',
  needs: 'three acknowledged neighbours of one leader epoch that the audit saw',
  plant: ground => {
    const site = ground.takeSite(one => isSteady(one) && one.record.logged.extra !== noEpoch)
    if (site === undefined) return undefined
    const { where: { topic, partition }, record: { logged } } = site

    return {
      entries: [changed(logged, { extra: logged.extra + 1 })],
      anomalies: [{ anomaly: 'epoch-regressed', count: 1, topic, partition, group: null }]
    }
  }
}
