/**
 * What a producer's process does that uses its client as applications do that know none of its weak spots (`ProducerPlan.usage`). Each
 * send is of as many records as the plan says; a send that did not fail is taken for written, wherever and however it was. The
 * invocations are on record before the client is called, the outcomes right after, as ever.
 */
import type { Driver, UnguardedClient } from '../clients/driver.ts'
import { pause } from '../clients/waiting.ts'
import { noPartition, recordSlots, recordTags, type RecordTags } from '../model/record.ts'
import type { ProducerRecorder, RecordBatch } from '../model/recorder.ts'
import type { ClientUsage, ProducerPlan } from '../model/workload.ts'
import { createPace, type Pace } from './pace.ts'
import { stampRecords } from './stamp-records.ts'
import type { NumberedWriter, WriteSetting } from './write-numbered.ts'

export interface UnguardedSetting extends WriteSetting {
  /** What a client did that its application could not see. */
  readonly onRemark: (text: string) => void
}

type UnguardedPlan = ProducerPlan & { readonly usage: ClientUsage }

interface Writer {
  readonly setting: UnguardedSetting & { readonly plan: UnguardedPlan, readonly open: () => Promise<UnguardedClient> }
  readonly tags: RecordTags
  readonly pace: Pace
  /** Records that are due, and do not fill a send yet. */
  due: number
  cursor: number
  client: UnguardedClient
  incarnation: Incarnation
  readonly incarnations: Incarnation[]
  readonly left: Map<UnguardedClient, Promise<void>>
  /** While another client is opened: all loops wait for it. */
  replacing: Promise<void> | undefined
  stopping: boolean
  readonly stopped: Promise<undefined>
  inFlight: number
}

interface Incarnation {
  readonly recorder: ProducerRecorder
  nextSequence: number
}

const reopenAfterMs = 200

export const isUnguarded = (plan: ProducerPlan): plan is UnguardedPlan => plan.usage !== undefined

/** Connects, and waits for `start`. */
export const openUnguardedWriter = async (setting: UnguardedSetting): Promise<NumberedWriter> => {
  const { plan, run, driver } = setting
  if (!isUnguarded(plan)) throw new Error(`p${plan.number} has no plan for an unguarded use of its client.`)

  const open = openerOf(setting, driver)
  const incarnation: Incarnation = { recorder: setting.openIncarnation(), nextSequence: 0 }
  const { promise: stopped, resolve: tellStopped } = Promise.withResolvers<undefined>()
  const writer: Writer = {
    setting: { ...setting, plan, open }, tags: recordTags(run, plan.topic.name), pace: createPace(plan), due: 0, cursor: 0, client: await open(), incarnation,
    incarnations: [incarnation], left: new Map(), replacing: undefined, stopping: false, stopped, inFlight: 0
  }
  let ended: Promise<unknown> = Promise.resolve()

  return {
    start: () => {
      const loops = plan.usage === 'concurrent' ? plan.maxInFlight : 1
      ended = Promise.all(Array.from({ length: loops }, () => writeUntilStopped(writer)))
    },
    stopSending: async () => {
      writer.stopping = true
      tellStopped(undefined)
      await ended
    },
    inFlight: () => writer.inFlight,
    close: async () => {
      await leave(writer, writer.client)
      await Promise.all(writer.left.values())
      for (const { recorder } of writer.incarnations) recorder.close()
    }
  }
}

const openerOf = ({ plan, bootstrap }: WriteSetting, { name, openUnguarded }: Driver) => (): Promise<UnguardedClient> => {
  if (openUnguarded === undefined) throw new Error(`The driver ${name} is only used with care.`)

  return openUnguarded({ clientId: `p${plan.number}`, bootstrap, acks: plan.acks, idempotent: plan.idempotent, retries: plan.retries })
}

const leave = async ({ setting: { onRemark }, left }: Writer, client: UnguardedClient): Promise<void> => {
  // What was under way has come to its end, and left its remarks, when it is closed.
  const leaving = left.get(client) ?? client.close().finally(() => { for (const remark of client.remarks()) onRemark(remark) })
  left.set(client, leaving)
  await leaving
}

const writeUntilStopped = async (writer: Writer): Promise<void> => {
  const { plan: { batchRecords } } = writer.setting
  while (!writer.stopping) {
    if (writer.due < batchRecords) {
      const grant = writer.pace.take(performance.now())
      if ('records' in grant) writer.due += grant.records
      else await pause(grant.waitMs)
      continue
    }
    writer.due -= batchRecords
    await sendRecords(writer)
    if (writer.client.spent()) await (writer.replacing ??= replaceClient(writer))
  }
}

const sendRecords = async (writer: Writer): Promise<void> => {
  const { setting: { plan, now }, client, incarnation: { recorder }, tags } = writer
  const batches = nextBatches(writer)
  const at = now()
  const records = batches.flatMap(batch => {
    const slots = recordSlots({ count: batch.count, recordBytes: plan.recordBytes })
    stampRecords(slots, batch, { tags, recorder, at, poisonEvery: plan.poisonEvery })

    return slots.map(({ value }) => ({ partition: batch.partition === noPartition ? undefined : batch.partition, value }))
  })
  for (const batch of batches) recorder.sent(batch, at)

  writer.inFlight += 1
  const outcome = await client.send({ topic: plan.topic.name, records })
  writer.inFlight -= 1
  for (const batch of batches) {
    recorder.settled(batch, outcome.kind === 'acknowledged' ? { kind: 'acknowledged', baseOffset: outcome.offsets.get(batch.partition) } : outcome, now())
    if (outcome.kind !== 'acknowledged' && plan.onError === 'believe') recorder.believed(batch, now())
  }
}

/** One for each partition of the send. */
const nextBatches = (writer: Writer): readonly RecordBatch[] => {
  const { setting: { plan: { topic, batchRecords, usage } }, incarnation } = writer
  writer.cursor += 1

  return partitionsOf(writer, usage).map((partition, index, { length }) => {
    const count = Math.floor((batchRecords + index) / length)
    const firstSequence = incarnation.nextSequence
    incarnation.nextSequence += count

    return { topic: topic.name, partition, firstSequence, count, attempt: 1 }
  })
}

const partitionsOf = ({ setting: { plan: { topic: { partitions } } }, cursor }: Writer, usage: ClientUsage): readonly number[] => {
  switch (usage) {
    case 'across-partitions': return Array.from({ length: partitions }, (_, partition) => partition)
    case 'keyless': return [noPartition]
    case 'concurrent': return [cursor % partitions]
  }
}

/** A new one is tried for until it opens: a fault may be in force. What the others have under way still belongs to the old one. */
const replaceClient = async (writer: Writer): Promise<void> => {
  const retired = writer.client
  void leave(writer, retired)
  while (!writer.stopping && writer.client === retired) {
    // No broker may be ready for a new producer; nothing was sent then, so nothing is to be recorded.
    const client = await Promise.race([writer.setting.open().catch(() => 'not opened' as const), writer.stopped])
    if (client === 'not opened') await pause(reopenAfterMs)
    else if (client !== undefined) takeOver(writer, client)
  }
  writer.replacing = undefined
}

const takeOver = (writer: Writer, client: UnguardedClient): void => {
  // Before the client: what it sends must never stand under the name of the one before it.
  writer.incarnation = { recorder: writer.setting.openIncarnation(), nextSequence: 0 }
  writer.client = client
  writer.incarnations.push(writer.incarnation)
}
