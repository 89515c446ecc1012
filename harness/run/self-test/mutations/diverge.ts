/**
 * Takes a record out of one replica's log that another replica's has too: the two diverge at that offset. The client's own audit still
 * finds it, so that it is neither lost nor owed to anybody.
 */
import { kinds } from '../../../ledger/format.ts'
import type { Ground } from '../ground.ts'
import type { Mutation } from '../planting.ts'
import { countEntries, scanEntries, type EntryFields } from '../scan-entries.ts'
import type { EntryFile } from '../story.ts'

/** Records of partitions where there is no room may lie between those where there is. */
const mostTries = 100

export const diverge: Mutation = {
  name: 'diverge',
  needs: 'two brokers\' disks that hold the same log, which is not compacted',
  plant: ground => {
    const files = ground.replicas.map(file => ({ file, count: countEntries(file.path) })).filter(({ count }) => count > 0)
    for (let tries = 0; tries < mostTries && files.length > 0; tries += 1) {
      const { file, count } = ground.random.pick(files)
      const index = ground.random.integer({ from: 0, below: count })
      const entry = entryAt(file, index)
      if (entry?.kind !== kinds.logged) continue
      const place = { topic: file.header.topics[entry.topic] ?? '', partition: entry.partition }
      if (!standsTwice(ground, { ...place, replica: file.header.replica, offset: entry.value })) continue

      return {
        entries: [{ file: file.path, index, change: 'remove' }],
        anomalies: [{ anomaly: 'replica-divergence', count: 1, ...place, group: null }]
      }
    }

    return undefined
  }
}

const entryAt = (file: EntryFile, index: number): EntryFields | undefined => {
  let found: EntryFields | undefined
  scanEntries(file.path, { from: index, count: 1 }, entry => { found = { ...entry } })

  return found
}

interface Spot {
  readonly topic: string
  readonly partition: number
  readonly replica: number | undefined
  readonly offset: number
}

/** Where complete logs did not diverge before, whoever covers the offset holds the record. */
const standsTwice = ({ replicaAudits, partitions, shows }: Ground, { topic, partition, replica, offset }: Spot): boolean => {
  const covering = replicaAudits.filter(audit => audit.topic === topic && audit.partition === partition && offset >= audit.logStart && offset < audit.logEnd)
  const compacted = partitions.some(where => where.topic === topic && where.partition === partition && where.compacted)

  return covering.length > 1 && covering.some(audit => audit.replica === replica) && !compacted && !shows('replica-divergence', { topic, partition })
}
