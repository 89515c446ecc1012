/**
 * Has a producer of its own send one record to a partition, after all other sends have ended, and wait for its rejection a
 * little longer than the run's objective allows. What was rejected and is nowhere makes nothing stall and is missed by nobody,
 * and no other producer's waiting ends later for it. Where every partition was unavailable already, it sends to a topic of its
 * own, whose audit found it empty.
 */
import type { Ground } from '../ground.ts'
import type { Mutation } from '../planting.ts'

const name = 'self-test-outage'

/** Other mutations date entries a little later than the last one. */
const afterAll = 1000

export const outage: Mutation = {
  name: 'outage',
  needs: 'an objective for the time without an acknowledgement',
  plant: ground => {
    const { objective, lastWaitAt } = ground
    if (objective === undefined) return undefined
    const { file, unavailableMs } = objective
    const place = availablePlace(ground)
    const where = place ?? { topic: name, partition: 0 }
    const at = lastWaitAt + afterAll
    // With its time, so that it is another one than an earlier planting left behind.
    const id = `${name}-${at}`
    const audit = { event: 'audit', ...where, logStart: 0, logEnd: 0, complete: true, isolation: 'read_uncommitted' }
    const lines = [
      { event: 'send', at, id, producer: name, ...where },
      { event: 'rejected', at: at + unavailableMs * 1000 + 1, id },
      ...(place === undefined ? [audit] : [])
    ]

    return {
      entries: [],
      lines: lines.map(line => ({ file, number: 'end', line })),
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
