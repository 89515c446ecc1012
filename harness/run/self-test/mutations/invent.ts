/**
 * Writes a record to the end of a log that no producer sent: a phantom, which no group was given either. Its number belongs to
 * the last incarnation of the last producer that numbers have room for, and no run has that many.
 */
import { recordNumber } from '../../../model/record-number.ts'
import type { Mutation } from '../planting.ts'

const nobody = { producer: 8191, incarnation: 255 }

export const invent: Mutation = {
  name: 'invent',
  needs: 'a partition whose end no commit has passed',
  plant: ground => {
    const end = ground.takeEnd(() => true)
    if (end === undefined) return undefined
    const { topic, partition } = end.where
    const sequence = ground.random.integer({ from: 1, below: 2 ** 31 })

    return {
      entries: [end.append(recordNumber({ ...nobody, sequence }))],
      anomalies: [{ anomaly: 'phantom', count: 1, topic, partition, group: null }, ...end.undelivered],
      sideEffects: end.sideEffects
    }
  }
}
