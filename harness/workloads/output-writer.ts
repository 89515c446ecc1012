/**
 * Who writes a member's outputs: the client of one transactional id, or of none, with a part of the ledger of its own. What it writes is
 * numbered, stamped with what it was made from, and on record before the client is called.
 */
import type { Driver, OpenTransaction, ProducerClient, TransactionalClient } from '../clients/driver.ts'
import { recordSlots, recordTags, type RecordSlot, type RecordTags } from '../model/record.ts'
import type { Delivery, Outcome, ProducerRecorder, RecordBatch } from '../model/recorder.ts'
import type { MemberPlan, TransformPlan } from '../model/workload.ts'
import { stampRecords } from './stamp-records.ts'

export type TransformingPlan = MemberPlan & { readonly transform: TransformPlan }

export interface OutputSetting {
  readonly plan: TransformingPlan
  readonly run: string
  readonly driver: Driver
  readonly bootstrap: readonly string[]
  /** Microseconds since the run began. */
  readonly now: () => number
  /** Opens the next incarnation of a producer, with its own part of the ledger; the id is that which it has taken over. */
  readonly openIncarnation: (producer: number, transactionalId: string | undefined) => ProducerRecorder
}

/** A transaction, and its name on record. */
export interface NamedTransaction {
  readonly name: string
  readonly transaction: OpenTransaction
}

export interface OutputWriter {
  readonly recorder: ProducerRecorder
  /** Undefined: it writes without transactions. */
  readonly begin: (() => Promise<NamedTransaction>) | undefined
  /** Writes what was made from these records, of one partition, in the transaction if there is one. */
  readonly write: (inputs: readonly Delivery[], within: NamedTransaction | undefined) => Promise<Outcome>
  /** It is closed when nobody uses it any more. */
  readonly during: <Value>(use: () => Promise<Value>) => Promise<Value>
  readonly close: () => Promise<void>
}

/** Outputs go out in pieces of so many, as those of a producer with a small buffer do. */
export const outputsAtOnce = 10

const recordBytes = 100

export const isTransforming = (plan: MemberPlan): plan is TransformingPlan => plan.transform !== undefined

/** The same for all who may ever own the partition, or for all incarnations of the member; undefined: there is none. */
export const transactionalIdFor = ({ run, plan: { group, number, topics, transform } }: Pick<OutputSetting, 'run' | 'plan'>, partition: number): string | undefined => {
  switch (transform.transactionalIds) {
    case 'per-partition': return `${run}.${group}.${topics[0]?.name}-${partition}`
    case 'per-member': return `${run}.${group}.c${number}`
    case 'none': return undefined
  }
}

/**
 * Undefined: no broker was ready for it. Once it is open, whoever held the transactional id before is fenced. Rejects where the harness itself
 * has failed: its evidence cannot be written.
 */
export const openOutputWriter = async (setting: OutputSetting, partition: number): Promise<OutputWriter | undefined> => {
  const { plan: { number, transform }, driver, bootstrap, openIncarnation } = setting
  const transactionalId = transactionalIdFor(setting, partition)
  const producer = transform.firstProducer + partition
  const clientId = `c${number}-${transform.to.name}-${partition}`
  if (transactionalId === undefined) {
    const client = await driver.openProducer({ clientId, bootstrap, acks: 'all', idempotent: true, retries: undefined }).catch(() => undefined)

    return client && writerOf(setting, openIncarnation(producer, undefined), { plain: client })
  }
  if (driver.openTransactional === undefined) throw new Error(`The driver ${driver.name} has no transactions.`)
  const client = await driver.openTransactional({ clientId, bootstrap, transactionalId, timeoutMs: transform.timeoutMs }).catch(() => undefined)

  return client && writerOf(setting, openIncarnation(producer, transactionalId), { transactional: client })
}

type Client = { readonly plain: ProducerClient } | { readonly transactional: TransactionalClient }

const writerOf = (setting: OutputSetting, recorder: ProducerRecorder, client: Client): OutputWriter => {
  const numbering = numberingOf(setting, recorder)
  let transactions = 0

  return {
    recorder,
    begin: 'plain' in client
      ? undefined
      : async () => {
        const transaction = await client.transactional.begin()
        transactions += 1

        return { transaction, name: `p${recorder.producer}.${recorder.incarnation}#${transactions}` }
      },
    write: async (inputs, within) => {
      const sender = within?.transaction ?? ('plain' in client ? client.plain : undefined)
      if (sender === undefined) throw new Error('A transactional client writes in a transaction.')
      const at = setting.now()
      const { batch, slots } = stamped(numbering, inputs, { at, ...within === undefined ? {} : { transaction: within.name } })
      recorder.sent(batch, at)
      const outcome = await sender.send({ topic: batch.topic, partition: batch.partition, values: slots.map(({ value }) => value) })
      recorder.settled(batch, outcome, setting.now())

      return outcome
    },
    ...closedWhenUnused(async () => {
      await ('plain' in client ? client.plain : client.transactional).close()
      recorder.close()
    })
  }
}

const closedWhenUnused = (closeNow: () => Promise<void>): Pick<OutputWriter, 'during' | 'close'> => {
  const { promise: unused, resolve } = Promise.withResolvers<undefined>()
  let users = 0
  let closing: Promise<void> | undefined

  return {
    during: async use => {
      users += 1
      try {
        return await use()
      } finally {
        users -= 1
        if (users === 0 && closing !== undefined) resolve(undefined)
      }
    },
    close: () => {
      if (users === 0) resolve(undefined)
      closing ??= unused.then(closeNow)

      return closing
    }
  }
}

interface Numbering {
  readonly recorder: ProducerRecorder
  readonly topic: string
  readonly tags: RecordTags
  readonly slots: readonly RecordSlot[]
  nextSequence: number
}

const numberingOf = ({ plan: { transform: { to } }, run }: OutputSetting, recorder: ProducerRecorder): Numbering =>
  ({ recorder, topic: to.name, tags: recordTags(run, to.name), slots: recordSlots({ count: outputsAtOnce, recordBytes }), nextSequence: 0 })

const stamped = (numbering: Numbering, inputs: readonly Delivery[], { at, ...within }: { readonly at: number, readonly transaction?: string }) => {
  const { recorder, topic, tags, nextSequence } = numbering
  const slots = numbering.slots.slice(0, inputs.length)
  const batch: RecordBatch = { topic, partition: inputs[0]?.partition ?? 0, firstSequence: nextSequence, count: slots.length, attempt: 1, ...within }
  numbering.nextSequence += slots.length
  stampRecords(slots, batch, { tags, recorder, at, origins: inputs.map(({ record, partition }) => ({ record, partition })) })

  return { batch, slots }
}
