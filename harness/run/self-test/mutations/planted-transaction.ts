/**
 * A transaction of a producer of its own, in a topic of its own, after all that the run did: what is wrong with it touches nothing
 * else. It has two records, acknowledged at offsets 0 and 1; what became of it is the mutation's business.
 */
import { kinds } from '../../../ledger/format.ts'
import type { Entry } from '../../../ledger/writer.ts'
import { recordNumber } from '../../../model/record-number.ts'
import type { Ground } from '../ground.ts'
import type { PlantedProcess } from '../planting.ts'
import { unusedProducer } from './unused-producer.ts'

/** Below those of `invent` and `outage`. */
const lastProducers = { 'split': 8150, 'read-aborted': 8100 } as const

/** Other mutations date entries a little later than the last one. */
const afterAll = 1000

export interface PlantedTransaction {
  readonly topic: string
  /** When it had ended. */
  readonly endedAt: number
  /** Its second record, as an entry that lacks its kind. */
  readonly second: Omit<Entry, 'kind'>
  readonly process: PlantedProcess
}

export const plantedTransaction = (ground: Ground, name: keyof typeof lastProducers, phases: readonly [string, string]): PlantedTransaction => {
  const begun = ground.lastWaitAt + afterAll
  // With its time, so that it is another one than an earlier planting left behind.
  const topic = `self-test-${name}-${begun}`
  const producer = unusedProducer(ground, { last: lastProducers[name] })
  const records = [0, 1].map(sequence => ({ topic: 0, partition: 0, record: recordNumber({ producer, incarnation: 1, sequence }) }))
  const phase = (at: number, what: string) => ({ event: 'transaction', at, transaction: topic, producer: topic, phase: what })

  return {
    topic,
    endedAt: begun + 4,
    second: { ...records[1]!, at: begun + 5, value: 1 },
    process: {
      name: topic,
      producer: topic,
      topics: [topic],
      entries: [
        ...records.map((entry, offset) => ({ ...entry, kind: kinds.send, at: begun + 1, extra: 1, value: offset })),
        ...records.map((entry, offset) => ({ ...entry, kind: kinds.acknowledged, at: begun + 2, value: offset })),
        { ...records[0]!, kind: kinds.logged, at: 0, value: 0 }
      ],
      lines: [
        { event: 'name', number: 1, name: topic },
        { event: 'producer', producer: topic, at: begun, acks: 'all', idempotent: true, transactionalId: topic, maxInFlight: 1 },
        phase(begun, 'begun'), phase(begun + 3, phases[0]), phase(begun + 4, phases[1]),
        { event: 'audit', topic, partition: 0, logStart: 0, logEnd: 3, complete: true, isolation: 'read_uncommitted', lastStable: 3 }
      ]
    }
  }
}
