/**
 * `redelivered`: one offset delivered to a group more than once. At least once is what Kafka promises, so this is only told.
 *
 * Found: offset 4 delivered to c1, and to c2 after a rebalance. Nothing: offset 4 delivered to two groups.
 */
import type { Consumption } from '../model/evidence.ts'
import { because, type Checker } from './checker.ts'

const reason = because('the group was given an offset again')

export const redelivered: Checker = {
  name: 'redelivered',
  check: ({ evidence }, tally) => {
    for (const { deliveries, partition, group } of evidence.consumption) {
      const isNew = offsetsSeen(deliveries)
      for (let row = 0; row < deliveries.length; row++) {
        if (isNew(deliveries.offset[row]!)) continue
        tally.add({
          anomaly: 'redelivered',
          level: 'information',
          partition,
          group,
          reason,
          witness: () => ({
            id: evidence.recordName(deliveries.record[row]!),
            offset: deliveries.offset[row]!,
            at: deliveries.at[row]!,
            member: evidence.members[deliveries.member[row]!]!.name
          })
        })
      }
    }
  }
}

/** Answers once for each offset: bits from the lowest offset on while they are dense, a set for those beyond. */
const offsetsSeen = ({ length, offset: offsets }: Consumption['deliveries']): ((offset: number) => boolean) => {
  let lowest = Infinity
  for (const offset of offsets) lowest = Math.min(lowest, offset)
  const dense = new Uint8Array(length * 2 + 1024)
  const sparse = new Set<number>()

  return offset => {
    const place = offset - lowest
    if (place < dense.length) {
      const isNew = dense[place] === 0
      dense[place] = 1

      return isNew
    }

    return sparse.size !== sparse.add(offset).size
  }
}
