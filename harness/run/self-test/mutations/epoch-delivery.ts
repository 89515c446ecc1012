/** Raises the leader epoch with which a record was delivered: the next one of that assignment has an epoch below it. */
import { noEpoch } from '../../../ledger/format.ts'
import type { Site } from '../clean-records.ts'
import type { Mutation } from '../planting.ts'
import { changed } from './changes.ts'
import { passagesOf, type Passage } from './wishes.ts'

export const epochDelivery: Mutation = {
  name: 'epoch-delivery',
  needs: 'three acknowledged neighbours that a member was given one after the other, with one leader epoch',
  plant: ground => {
    const site = ground.takeSite(one => passages(one).length > 0)
    if (site === undefined) return undefined
    const { topic, partition } = site.where
    const { group: { group }, record } = ground.random.pick(passages(site))

    return {
      entries: [changed(record, { extra: record.extra + 1 })],
      anomalies: [{ anomaly: 'epoch-regressed', count: 1, topic, partition, group }]
    }
  }
}

const passages = (site: Site): readonly Passage[] => passagesOf(site).filter(({ below, record, above }) =>
  record.extra !== noEpoch && below.extra === record.extra && above.extra === record.extra)
