/**
 * Hands a member a record a second time, directly after the first: one surplus delivery, and one step back in what it polls.
 * What comes next is the next record as before.
 */
import type { Mutation } from '../planting.ts'
import { repeated } from './changes.ts'
import { passagesOf } from './wishes.ts'

export const redeliver: Mutation = {
  name: 'redeliver',
  needs: 'three acknowledged neighbours that a member was given one after the other',
  plant: ground => {
    const site = ground.takeSite(one => passagesOf(one).length > 0)
    if (site === undefined) return undefined
    const { topic, partition } = site.where
    const { group: { group }, record } = ground.random.pick(passagesOf(site))

    return {
      entries: [repeated(record)],
      anomalies: [
        { anomaly: 'redelivered', count: 1, topic, partition, group },
        { anomaly: 'poll-rewind', count: 1, topic, partition, group }
      ]
    }
  }
}
