/**
 * Producers that write numbered, self-describing records to all partitions of one topic. The safe contract is the
 * default: acks from all in-sync replicas, and idempotent wherever those acks allow it.
 */
import { describeDuration, seconds, type Duration } from '../model/duration.ts'
import { epochMutations, offsetMutations, partitionMutations, producerMutations, transactionMutations, type MutationName } from '../model/mutations.ts'
import { leastRecordBytes } from '../model/record.ts'
import type { TopicPlan } from '../model/topic.ts'
import type { Acks, ClientUsage, ProducerPlan, TransactionPlan, Workload } from '../model/workload.ts'

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
  /** Write in transactions: needs acks "all", and is idempotent of itself. Default: without. */
  readonly transactions?: Transactions
  /** Use the client as an application does that knows none of its weak spots. Default: with the care that it needs. */
  readonly usage?: ClientUsage
  /** A buffer that can be full: a send that finds no room fails. Not every client has one. Default: one that never is. */
  readonly buffer?: Buffering
  /** The number of the first producer, where a run has several workloads that write. Default 1. */
  readonly firstProducer?: number
}

export interface Buffering {
  /** The most that it holds; more than one send has, and less than all sends in flight. */
  readonly records: number
  /** After how long a record that is in it has failed, and leaves it: nobody knows whether it was written. */
  readonly deliveryTimeout: Duration
}

export interface Transactions {
  /** The records of one transaction, spread over all partitions. Default 300. */
  readonly records?: number
  /** Every so many-th is aborted on purpose. Default: none. */
  readonly abortEvery?: number
  /** After how long the coordinator aborts one that was left open. Default 10 s; Kafka's own is a minute. */
  readonly timeout?: Duration
  /** How long it stays open between its last send and its end, as one does whose application has more to do. Default: not at all. */
  readonly openFor?: Duration
}

const mostInFlight = 5

export const numberedWrites = (writes: NumberedWrites): Workload => {
  const recordBytes = writes.recordBytes ?? 100
  if (recordBytes < leastRecordBytes) throw new Error(`recordBytes is ${recordBytes}; a self-describing record takes ${leastRecordBytes} at least.`)
  if (!Number.isInteger(writes.producers) || writes.producers < 1) throw new Error(`producers is ${writes.producers}; it must be 1 or more.`)

  refuseOddUsage(writes)
  refuseOddBuffer(writes)
  const every = writes.poison?.every
  if (every !== undefined && (!Number.isInteger(every) || every < 1)) throw new Error(`poison.every is ${every}; it must be a whole number from 1.`)

  return {
    description: describe(writes),
    topics: [writes.to],
    clients: Array.from({ length: writes.producers }, (_, index) => producerPlan(writes, (writes.firstProducer ?? 1) + index)),
    mutations: mutationsOf(writes)
  }
}

/** A record of a transaction brings its whole transaction down with it, so that only those of transactions can be planted there. */
const mutationsOf = ({ transactions, ...writes }: NumberedWrites): readonly MutationName[] => (transactions === undefined ? plainMutations(writes) : transactionMutations)

/** Nothing can be planted in records of which nobody knows where the client has put them. */
const plainMutations = ({ acks, to, usage }: NumberedWrites): readonly MutationName[] => usage === 'keyless'
  ? []
  : [...producerMutations, ...epochMutations, ...acks === '0' ? [] : offsetMutations, ...to.partitions > 1 ? partitionMutations : []]

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
    ...writes.poison === undefined ? {} : { poisonEvery: writes.poison.every },
    ...writes.transactions === undefined ? {} : { transactions: transactionPlan(writes.transactions, writes) },
    ...writes.usage === undefined ? {} : { usage: writes.usage },
    ...writes.buffer === undefined ? {} : { buffer: { records: writes.buffer.records, deliveryTimeoutMs: writes.buffer.deliveryTimeout.milliseconds } }
  }
}

const refuseOddUsage = ({ usage, to, acks, transactions, maxInFlight = 1 }: NumberedWrites): void => {
  if (usage === undefined) return
  if (acks === '0' || transactions !== undefined) throw new Error(`usage is "${usage}", and ${acks === '0' ? 'acks is "0"' : 'there are transactions'}: it is for sends of their own that are answered.`)
  if (usage === 'concurrent' && maxInFlight < 2) throw new Error(`usage is "concurrent" and maxInFlight is ${maxInFlight}; it must be 2 or more.`)
  if (usage !== 'concurrent' && to.partitions < 2) throw new Error(`usage is "${usage}" and ${to.name} has 1 partition; it must have 2 or more.`)
}

const refuseOddBuffer = ({ buffer, usage, transactions, recordsPerSecond, maxInFlight = 1, batchRecords = 1000 }: NumberedWrites): void => {
  if (buffer === undefined) return
  if (recordsPerSecond === undefined) throw new Error('buffer is set, and recordsPerSecond is not: whoever sends flat out into a full buffer does nothing but fail.')
  const { records, deliveryTimeout } = buffer
  if (usage !== undefined || transactions !== undefined) throw new Error(`buffer is set, and ${usage === undefined ? 'there are transactions' : `usage is "${usage}"`}: it is for sends of their own, used with care.`)
  if (!Number.isInteger(records) || records < batchRecords || records >= maxInFlight * batchRecords) {
    throw new Error(`buffer.records is ${records}; it must hold a send (batchRecords: ${batchRecords}) and not all in flight (maxInFlight ${maxInFlight} x ${batchRecords}), or it is never full.`)
  }
  if (deliveryTimeout.milliseconds < 1000) throw new Error(`buffer.deliveryTimeout is ${deliveryTimeout.milliseconds} ms; it must be 1 s or more.`)
}

const transactionPlan = ({ records = 300, abortEvery, timeout = seconds(10), openFor }: Transactions, { acks, idempotent = true, to }: NumberedWrites): TransactionPlan => {
  if (acks !== 'all' || !idempotent) throw new Error(`acks is "${acks}" and idempotent is ${idempotent}; transactions need acks "all" and idempotence.`)
  if (!Number.isInteger(records) || records < to.partitions) throw new Error(`transactions.records is ${records}; one for each of the ${to.partitions} partitions of ${to.name} is the least.`)
  if (abortEvery !== undefined && (!Number.isInteger(abortEvery) || abortEvery < 2)) throw new Error(`transactions.abortEvery is ${abortEvery}; it must be 2 or more, so that some are committed.`)

  if (openFor !== undefined && openFor.milliseconds >= timeout.milliseconds) {
    throw new Error(`transactions.openFor is ${describeDuration(openFor)}; it must be less than the timeout of ${describeDuration(timeout)}.`)
  }

  return { records, abortEvery, timeoutMs: timeout.milliseconds, ...openFor === undefined ? {} : { openMs: openFor.milliseconds } }
}

const usageWords: Readonly<Record<ClientUsage, string>> = {
  'across-partitions': 'each send across all partitions', 'keyless': 'without keys or partitions', 'concurrent': 'several sends at once'
}

const describe = ({ to, acks, producers, recordsPerSecond, poison, transactions, usage, buffer }: NumberedWrites): string => {
  const pace = recordsPerSecond === undefined ? 'flat out' : `${recordsPerSecond} records/s each`
  const how = transactions === undefined ? '' : `, in transactions${transactions.abortEvery === undefined ? '' : `, one in ${transactions.abortEvery} aborted`}`
  const used = usage === undefined ? '' : `, ${usageWords[usage]}`
  const held = buffer === undefined ? '' : `, a buffer of ${buffer.records} records for ${buffer.deliveryTimeout.milliseconds / 1000} s`

  return `${producers} ${producers === 1 ? 'producer' : 'producers'} to ${to.name}, acks=${acks}${how}${used}${held}, ${pace}${poison === undefined ? '' : `, one of ${poison.every} a poison pill`}`
}
