/**
 * Has a producer of its own send one record to a partition, after all other sends have ended, and wait for its rejection a
 * little longer than the run's objective allows. What was rejected and is nowhere makes nothing stall and is missed by nobody,
 * and no other producer's waiting ends later for it. Where every partition was unavailable already, it sends to a topic of its
 * own, whose audit found it empty.
 */
import { kinds } from '../../../ledger/format.ts'
import { recordNumber } from '../../../model/record-number.ts'
import type { Ground } from '../ground.ts'
import type { Mutation } from '../planting.ts'
import { unusedProducer } from './unused-producer.ts'

const name = 'self-test-outage'

/** Other mutations date entries a little later than the last one. */
const afterAll = 1000

/** One below the producer that `invent` uses. */
const lastProducer = 8190

export const outage: Mutation = {
  name: 'outage',
  needs: 'an objective for the time without an acknowledgement',
  plant: ground => {
    const { unavailableMs, lastWaitAt } = ground
    if (unavailableMs === undefined) return undefined
    const place = availablePlace(ground)
    const where = place ?? { topic: name, partition: 0 }
    const at = lastWaitAt + afterAll
    const record = recordNumber({ producer: unusedProducer(ground, { last: lastProducer }), incarnation: 1, sequence: 0 })
    const entry = { topic: 0, partition: where.partition, record }

    return {
      entries: [],
      process: {
        // With its time, so that it is another one than an earlier planting left behind.
        name: `${name}-${at}`, producer: `${name}-${at}`, topics: [where.topic],
        entries: [
          { ...entry, kind: kinds.send, at },
          { ...entry, kind: kinds.rejected, at: at + unavailableMs * 1000 + 1 }
        ],
        lines: place === undefined ? [{ event: 'audit', ...where, logStart: 0, logEnd: 0, complete: true, isolation: 'read_uncommitted' }] : []
      },
      anomalies: [{ anomaly: 'unavailable', count: 1, ...where, group: null }]
    }
  }
}

/** A partition has one such finding at most. Without an audit, the first send to one would leave it incompletely audited. */
const availablePlace = ({ partitions, random, shows }: Ground): { readonly topic: string, readonly partition: number } | undefined => {
  const available = partitions.filter(where => where.audit !== undefined && !shows('unavailable', where))
  if (available.length === 0) return undefined
  const { topic, partition } = random.pick(available)

  return { topic, partition }
}
