/** Has a transaction committed of which one acknowledged record is in the log and the other is not: torn, and that record lost. */
import type { Mutation } from '../planting.ts'
import { plantedTransaction } from './planted-transaction.ts'

export const split: Mutation = {
  name: 'split',
  needs: 'nothing',
  plant: ground => {
    const { topic, process } = plantedTransaction(ground, 'split', ['committing', 'committed'])
    const where = { topic, partition: 0, group: null }

    return { entries: [], process, anomalies: [{ anomaly: 'lost', count: 1, ...where }, { anomaly: 'torn-transaction', count: 1, ...where }] }
  }
}
