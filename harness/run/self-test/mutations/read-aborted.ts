/** Gives a record of an aborted transaction to a group of its own that reads committed records only. */
import { flags, kinds } from '../../../ledger/format.ts'
import type { Mutation } from '../planting.ts'
import { plantedTransaction } from './planted-transaction.ts'

export const readAborted: Mutation = {
  name: 'read-aborted',
  needs: 'nothing',
  plant: ground => {
    const { topic, endedAt, second, process } = plantedTransaction(ground, 'read-aborted', ['aborting', 'aborted'])
    const [member, group] = [`${topic}-member`, `${topic}-group`]
    const reader = { event: 'member', member, group, at: endedAt, isolation: 'read_committed', commits: 'after-work', reset: 'earliest' }
    const assigned = { event: 'assigned', at: endedAt, member, group, topic, partition: 0, position: 0 }

    return {
      entries: [],
      process: {
        ...process, member, group,
        entries: [
          ...process.entries.map(entry => (entry.kind === kinds.logged ? { ...entry, flags: flags.uncommitted } : entry)),
          { ...second, kind: kinds.logged, at: 0, flags: flags.uncommitted }, { ...second, kind: kinds.delivered }
        ],
        lines: [...process.lines, reader, assigned]
      },
      anomalies: [{ anomaly: 'aborted-read', count: 1, topic, partition: 0, group }]
    }
  }
}
