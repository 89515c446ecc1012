/** Says of a delivered record that its fingerprint did not match: corrupted on the way to the group, intact in the log. */
import { flags } from '../../../ledger/format.ts'
import type { Mutation } from '../planting.ts'
import { changed } from './changes.ts'

export const tearDelivery: Mutation = {
  name: 'tear-delivery',
  needs: 'an acknowledged record that a group was given',
  plant: ground => {
    const site = ground.takeSite(({ record }) => record.delivered.size > 0)
    if (site === undefined) return undefined
    const { topic, partition } = site.where
    const [group, delivery] = ground.random.pick([...site.record.delivered])

    return {
      entries: [changed(delivery, { flags: flags.torn })],
      anomalies: [{ anomaly: 'corrupted', count: 1, topic, partition, group }]
    }
  }
}
