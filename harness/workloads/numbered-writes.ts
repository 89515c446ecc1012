/**
 * Producers that write numbered, self-describing records to all partitions of one topic. The safe contract is the
 * default: acks from all in-sync replicas, and idempotent wherever those acks allow it.
 */
import { epochMutations, offsetMutations, partitionMutations, producerMutations, type MutationName } from '../model/mutations.ts'
import { leastRecordBytes } from '../model/record.ts'
import type { TopicPlan } from '../model/topic.ts'
import type { Acks, ProducerPlan, Workload } from '../model/workload.ts'

export interface NumberedWrites {
  readonly to: TopicPlan
  readonly acks: Acks
  /** Default: true with acks "all", else false. */
  readonly idempotent?: boolean
  /** Batches in flight at once, of each producer. Default: one for each partition, 5 at most; 1 without idempotence. */
  readonly maxInFlight?: number
  readonly producers: number
  /** Of each producer, over all its partitions. Default: flat out. */
  readonly recordsPerSecond?: number
  /** Default 100; 52 at least. */
  readonly recordBytes?: number
  /** The most records in one send. Default 1,000: flat out, the least client time a record on kafkajs. */
  readonly batchRecords?: number
  /** How often one send is tried again. Default: without end when idempotent, else 5 times. */
  readonly retries?: number
  /** What the application does with a send that failed: put it on record (default), or go on as if it were written. */
  readonly onError?: 'record' | 'believe'
  /** Each so many records of a producer one that no consumer can process. Default: none. */
  readonly poison?: { readonly every: number }
  /** The number of the first producer, where a run has several workloads that write. Default 1. */
  readonly firstProducer?: number
}

const mostInFlight = 5

export const numberedWrites = (writes: NumberedWrites): Workload => {
  const recordBytes = writes.recordBytes ?? 100
  if (recordBytes < leastRecordBytes) throw new Error(`recordBytes is ${recordBytes}; a self-describing record takes ${leastRecordBytes} at least.`)
  if (!Number.isInteger(writes.producers) || writes.producers < 1) throw new Error(`producers is ${writes.producers}; it must be 1 or more.`)

  const every = writes.poison?.every
  if (every !== undefined && (!Number.isInteger(every) || every < 1)) throw new Error(`poison.every is ${every}; it must be a whole number from 1.`)

  return {
    description: describe(writes),
    topics: [writes.to],
    clients: Array.from({ length: writes.producers }, (_, index) => producerPlan(writes, (writes.firstProducer ?? 1) + index)),
    mutations: mutationsOf(writes)
  }
}

const mutationsOf = ({ acks, to }: NumberedWrites): readonly MutationName[] => [
  ...producerMutations, ...epochMutations, ...acks === '0' ? [] : offsetMutations, ...to.partitions > 1 ? partitionMutations : []
]

const producerPlan = (writes: NumberedWrites, number: number): ProducerPlan => {
  const idempotent = writes.idempotent ?? writes.acks === 'all'
  if (idempotent && writes.acks !== 'all') throw new Error(`acks is "${writes.acks}" and idempotent is true; idempotence needs acks "all".`)

  return {
    kind: 'producer',
    number,
    topic: writes.to,
    acks: writes.acks,
    idempotent,
    maxInFlight: writes.maxInFlight ?? (idempotent ? Math.min(writes.to.partitions, mostInFlight) : 1),
    retries: writes.retries,
    recordBytes: writes.recordBytes ?? 100,
    batchRecords: writes.batchRecords ?? 1000,
    recordsPerSecond: writes.recordsPerSecond,
    onError: writes.onError ?? 'record',
    ...writes.poison === undefined ? {} : { poisonEvery: writes.poison.every }
  }
}

const describe = ({ to, acks, producers, recordsPerSecond, poison }: NumberedWrites): string => {
  const pace = recordsPerSecond === undefined ? 'flat out' : `${recordsPerSecond} records/s each`

  return `${producers} ${producers === 1 ? 'producer' : 'producers'} to ${to.name}, acks=${acks}, ${pace}${poison === undefined ? '' : `, one of ${poison.every} a poison pill`}`
}
