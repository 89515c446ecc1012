/**
 * A power cut takes from Kafka's own topics as well what was not flushed: the commits of groups, the state of transactions. No topic's contract
 * speaks of them, and a group that begins again from an older commit would be judged as if its memory had failed. So where a
 * schedule cuts the power they are flushed record by record, from before anybody writes to them.
 */
import type { ScheduledFault } from '../model/fault.ts'
import type { Metadata } from '../model/metadata.ts'
import type { Operations } from '../model/operations.ts'
import { topicsWithTransactions, type ClientPlan } from '../model/workload.ts'
import { untilNothingIsMissing } from './waiting.ts'

export interface InternalTopics {
  readonly metadata: Pick<Metadata, 'coordinatorOf' | 'transactionCoordinatorOf' | 'partitions'>
  readonly operations: Pick<Operations, 'configureTopic'>
  readonly schedule: readonly ScheduledFault[]
  readonly clients: readonly ClientPlan[]
  readonly signal: AbortSignal
}

const deadlineMs = 30_000
const anyName = 'ackproof'

/** Answers what a reader must know of it, in sentences. Rejects if the cluster refuses: then a power cut could not be judged. */
export const flushInternalTopics = async ({ metadata, operations, schedule, clients, signal }: InternalTopics): Promise<readonly string[]> => {
  if (!schedule.some(({ fault }) => fault.what === 'power-cut')) return []
  const used = [
    { name: '__consumer_offsets', coordinator: metadata.coordinatorOf, isUsed: clients.some(({ kind }) => kind === 'member') },
    { name: '__transaction_state', coordinator: metadata.transactionCoordinatorOf, isUsed: topicsWithTransactions(clients).size > 0 }
  ].filter(({ isUsed }) => isUsed)

  for (const { name, coordinator } of used) {
    // Who asks for a coordinator makes the brokers create the topic, with the settings that they want for it.
    await untilNothingIsMissing(async () => await coordinator(anyName) === undefined ? 'a coordinator' : await incomplete(metadata, name),
      { what: `the topic ${name}`, deadlineMs, everyMs: 100, signal })
    await operations.configureTopic(name, { 'flush.messages': '1' })
  }

  return used.map(({ name }) => `${name} has flush.messages=1 in this run, as the schedule cuts the power: by default a power cut takes from it too.`)
}

const incomplete = async (metadata: InternalTopics['metadata'], name: string): Promise<string | undefined> => {
  const states = await metadata.partitions([name])
  if (states.length === 0) return 'any word of it'
  const lacking = states.find(({ leader, isr, replicas }) => leader === undefined || isr.length < replicas.length)

  return lacking === undefined ? undefined : `a leader and all replicas of ${name}-${lacking.partition} in sync`
}
