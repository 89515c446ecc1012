/**
 * What a transactional producer's process does: one transaction after the other, at a steady pace or flat out, each spread over all
 * partitions of its topic, committed, or every so many-th aborted. Invocations and phases are on record before the client is called,
 * what became of them right after. A transaction with a send that was not acknowledged is aborted, as an application should.
 *
 * A client whose next transaction would be worthless gives way to another with the same transactional id, as a new incarnation: it is
 * fenced by that, and what it left open is aborted.
 */
import type { Driver, OpenTransaction, TransactionalClient } from '../clients/driver.ts'
import { pause } from '../clients/waiting.ts'
import { recordSlots, recordTags, type RecordSlot, type RecordTags } from '../model/record.ts'
import type { ProducerRecorder, RecordBatch } from '../model/recorder.ts'
import type { ProducerPlan, TransactionPlan } from '../model/workload.ts'
import { createPace } from './pace.ts'
import { stampRecords } from './stamp-records.ts'
import type { NumberedWriter, WriteSetting } from './write-numbered.ts'

interface Writer {
  readonly setting: WriteSetting & { readonly plan: TransactionalPlan, readonly openTransactional: NonNullable<Driver['openTransactional']> }
  readonly tags: RecordTags
  readonly slots: readonly RecordSlot[]
  client: TransactionalClient
  incarnation: Incarnation
  stopping: boolean
  /** Resolves when no more is to be sent. */
  readonly stopped: Promise<undefined>
  inFlight: number
}

type TransactionalPlan = ProducerPlan & { readonly transactions: TransactionPlan }

interface Incarnation {
  readonly recorder: ProducerRecorder
  nextSequence: number
  transactions: number
}

const reopenAfterMs = 200

export const isTransactional = (plan: ProducerPlan): plan is TransactionalPlan => plan.transactions !== undefined

/** The same for each incarnation of a producer, and of no other run. */
export const transactionalIdOf = (run: string, { number }: ProducerPlan): string => `${run}.p${number}`

/** Connects, takes over the transactional id, and waits for `start`. */
export const openTransactionalWriter = async (setting: WriteSetting): Promise<NumberedWriter> => {
  const { plan, driver, run } = setting
  if (!isTransactional(plan)) throw new Error(`p${plan.number} has no plan for transactions.`)
  if (driver.openTransactional === undefined) throw new Error(`The driver ${driver.name} has no transactions.`)

  const own = { ...setting, plan, openTransactional: driver.openTransactional }
  const client = await openClient(own)
  const { promise: stopped, resolve: tellStopped } = Promise.withResolvers<undefined>()
  const writer: Writer = {
    setting: own, tags: recordTags(run, plan.topic.name), client, incarnation: beginIncarnation(setting), stopping: false, stopped, inFlight: 0,
    slots: recordSlots({ count: plan.transactions.records, recordBytes: plan.recordBytes })
  }
  let ended = Promise.resolve()

  return {
    start: () => { ended = writeUntilStopped(writer) },
    stopSending: async () => {
      writer.stopping = true
      tellStopped(undefined)
      await ended
      if (writer.client.spent()) await abortWhatIsOpen(writer)
    },
    inFlight: () => writer.inFlight,
    close: async () => {
      await writer.client.close()
      writer.incarnation.recorder.close()
    }
  }
}

const openClient = ({ plan, run, bootstrap, openTransactional }: Writer['setting']): Promise<TransactionalClient> =>
  openTransactional({ clientId: `p${plan.number}`, bootstrap, transactionalId: transactionalIdOf(run, plan), timeoutMs: plan.transactions.timeoutMs })

/** Only when the client is open: the producer's line tells when its initialisation had returned. */
const beginIncarnation = ({ openIncarnation }: WriteSetting): Incarnation => ({ recorder: openIncarnation(), nextSequence: 0, transactions: 0 })

const writeUntilStopped = async (writer: Writer): Promise<void> => {
  const { plan: { transactions, recordsPerSecond } } = writer.setting
  const pace = createPace({ recordsPerSecond, batchRecords: transactions.records })
  let due = 0

  while (!writer.stopping) {
    const grant = pace.take(performance.now())
    if ('waitMs' in grant) {
      await pause(grant.waitMs)
      continue
    }
    due += grant.records
    if (due < transactions.records) continue
    due -= transactions.records
    await writeTransaction(writer)
    if (writer.client.spent()) await replaceClient(writer)
  }
}

const writeTransaction = async (writer: Writer): Promise<void> => {
  const { setting: { now, plan: { transactions } }, incarnation } = writer
  const { recorder } = incarnation
  incarnation.transactions += 1
  const name = `p${recorder.producer}.${recorder.incarnation}#${incarnation.transactions}`
  const transaction = await writer.client.begin()
  recorder.transaction(name, 'begun', now())
  writer.inFlight += 1

  const written = await writeAll(writer, transaction, name)
  if (written && transactions.openMs !== undefined) await pause(transactions.openMs)
  const abort = !written || (transactions.abortEvery !== undefined && incarnation.transactions % transactions.abortEvery === 0)
  recorder.transaction(name, abort ? 'aborting' : 'committing', now())
  const end = await (abort ? transaction.abort() : transaction.commit())
  recorder.transaction(name, end.phase, now())
  writer.inFlight -= 1
}

/** Stops at the first send that was not acknowledged: false. */
const writeAll = async ({ setting: { plan, now }, incarnation, tags, slots }: Writer, transaction: OpenTransaction, name: string): Promise<boolean> => {
  const { recorder } = incarnation
  const { partitions } = plan.topic
  for (let partition = 0; partition < partitions; partition += 1) {
    const own = slots.filter((_, index) => index % partitions === partition)
    const batch: RecordBatch = { topic: plan.topic.name, partition, firstSequence: incarnation.nextSequence, count: own.length, attempt: 1, transaction: name }
    incarnation.nextSequence += own.length
    const at = now()
    stampRecords(own, batch, { tags, recorder, at, poisonEvery: plan.poisonEvery })
    recorder.sent(batch, at)
    const outcome = await transaction.send({ topic: batch.topic, partition, values: own.map(({ value }) => value) })
    recorder.settled(batch, outcome, now())
    if (outcome.kind !== 'acknowledged') return false
  }

  return true
}

/** A new one is tried for until it opens: a fault may be in force. */
const replaceClient = async (writer: Writer): Promise<void> => {
  void writer.client.close()
  while (!writer.stopping) {
    try {
      // It can take as long as a fault lasts, and nothing is in flight to wait for.
      const client = await Promise.race([openClient(writer.setting), writer.stopped])
      if (client !== undefined) await takeOver(writer, client)

      return
    } catch {
      // No coordinator was ready to take over the transactional id; nothing was sent, so nothing is to be recorded.
      await pause(reopenAfterMs)
    }
  }
}

const takeOver = async (writer: Writer, client: TransactionalClient): Promise<void> => {
  writer.client = client
  writer.incarnation.recorder.close()
  writer.incarnation = beginIncarnation(writer.setting)
}

/** Whoever takes over aborts what may have been left open; nobody else would before its time is up, and it would look stuck. */
const abortWhatIsOpen = async (writer: Writer): Promise<void> => {
  try {
    await takeOver(writer, await openClient(writer.setting))
  } catch {
    // The audit tells of what is still open.
  }
}
