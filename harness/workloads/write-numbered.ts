/**
 * What a producer's process does: numbered records, at a steady pace or flat out, round robin over the partitions, one
 * partition a send. The invocations are on record before the client is called, the outcomes right after.
 *
 * A client that may have one send in flight gets its own share of the partitions (a lane), so that a partition whose
 * leader is dead holds up that lane alone. A lane whose client is spent goes on with a new one, as a new incarnation of
 * the producer; what the others have in flight still belongs to the incarnation that sent it.
 */
import type { Driver, ProducerClient } from '../clients/driver.ts'
import { pause } from '../clients/waiting.ts'
import { recordSlots, recordTags, type RecordSlot, type RecordTags } from '../model/record.ts'
import type { ProducerRecorder, RecordBatch } from '../model/recorder.ts'
import type { ProducerPlan } from '../model/workload.ts'
import { createPace, type Pace } from './pace.ts'
import { stampRecords } from './stamp-records.ts'

export interface WriteSetting {
  readonly plan: ProducerPlan
  readonly run: string
  readonly driver: Driver
  readonly bootstrap: readonly string[]
  /** Microseconds since the run began. */
  readonly now: () => number
  /** Opens the producer's next incarnation, with its own part of the ledger. */
  readonly openIncarnation: () => ProducerRecorder
}

export interface NumberedWriter {
  readonly start: () => void
  /** No more sends; resolves when none is in flight. The caller sets the deadline. */
  readonly stopSending: () => Promise<void>
  readonly inFlight: () => number
  readonly close: () => Promise<void>
}

interface Lane {
  readonly partitions: readonly number[]
  readonly pace: Pace
  cursor: number
  client: ProducerClient
  incarnation: Incarnation
}

/** Sequences are the incarnation's, not the lane's: a record's number must be unique. */
interface Incarnation {
  readonly recorder: ProducerRecorder
  nextSequence: number
}

interface Writer {
  readonly setting: WriteSetting
  readonly tags: RecordTags
  lanes: readonly Lane[]
  stopping: boolean
  /** Resolves when no more is to be sent. */
  readonly stopped: Promise<undefined>
  inFlight: number
}

const reopenAfterMs = 200

/** Connects, and waits for `start`. */
export const openNumberedWriter = async (setting: WriteSetting): Promise<NumberedWriter> => {
  const { promise: stopped, resolve: tellStopped } = Promise.withResolvers<undefined>()
  const writer: Writer = { setting, tags: recordTags(setting.run, setting.plan.topic.name), lanes: [], stopping: false, stopped, inFlight: 0 }
  const incarnation: Incarnation = { recorder: setting.openIncarnation(), nextSequence: 0 }
  const lanes = await Promise.all(sharesOf(setting).map(partitions => openLane(setting, partitions, incarnation)))
  let ended: Promise<unknown> = Promise.resolve()
  writer.lanes = lanes

  return {
    start: () => {
      ended = Promise.all(lanes.flatMap(lane => slotsOf(setting).map(() => writeUntilStopped(writer, lane))))
    },
    stopSending: async () => {
      writer.stopping = true
      tellStopped(undefined)
      await ended
    },
    inFlight: () => writer.inFlight,
    close: async () => {
      await Promise.all(lanes.map(lane => lane.client.close()))
      for (const recorder of new Set(lanes.map(lane => lane.incarnation.recorder))) recorder.close()
    }
  }
}

const openLane = async (setting: WriteSetting, partitions: readonly number[], incarnation: Incarnation): Promise<Lane> => ({
  partitions,
  pace: createPace({ batchRecords: setting.plan.batchRecords, recordsPerSecond: shareOfPace(setting.plan, partitions) }),
  cursor: 0,
  client: await openClient(setting),
  incarnation
})

/** The partitions of each lane: one lane without idempotence, else as many as sends may be in flight. */
export const sharesOf = ({ plan, driver }: Pick<WriteSetting, 'plan' | 'driver'>): readonly (readonly number[])[] => {
  const { partitions } = plan.topic
  const lanes = plan.idempotent ? Math.min(partitions, Math.ceil(plan.maxInFlight / driver.capabilities.inFlightWhenIdempotent)) : 1

  return Array.from({ length: lanes }, (_, lane) =>
    Array.from({ length: partitions }, (_unused, partition) => partition).filter(partition => partition % lanes === lane))
}

/** How many sends a lane may have in flight: without idempotence all of them. */
const slotsOf = ({ plan, driver }: WriteSetting): readonly undefined[] =>
  Array.from({ length: plan.idempotent ? Math.min(plan.maxInFlight, driver.capabilities.inFlightWhenIdempotent) : plan.maxInFlight })

const shareOfPace = ({ recordsPerSecond, topic }: ProducerPlan, partitions: readonly number[]): number | undefined =>
  recordsPerSecond === undefined ? undefined : (recordsPerSecond * partitions.length) / topic.partitions

const openClient = ({ plan, driver, bootstrap }: WriteSetting): Promise<ProducerClient> =>
  driver.openProducer({ clientId: `p${plan.number}`, bootstrap, acks: plan.acks, idempotent: plan.idempotent, retries: plan.retries, ...plan.buffer === undefined ? {} : { buffer: plan.buffer } })

const writeUntilStopped = async (writer: Writer, lane: Lane): Promise<void> => {
  const { plan } = writer.setting
  const slots = recordSlots({ count: plan.batchRecords, recordBytes: plan.recordBytes })

  while (!writer.stopping) {
    const grant = lane.pace.take(performance.now())
    if ('waitMs' in grant) await pause(grant.waitMs)
    else await sendBatch(writer, lane, slots.slice(0, grant.records))

    if (lane.client.spent()) await replaceClient(writer, lane)
  }
}

const sendBatch = async (writer: Writer, lane: Lane, slots: readonly RecordSlot[]): Promise<void> => {
  const { setting } = writer
  // The lane may move on to another incarnation while this send is under way.
  const { recorder } = lane.incarnation
  const batch = nextBatch(setting.plan, lane, slots.length)
  const at = setting.now()

  stampRecords(slots, batch, { tags: writer.tags, recorder, at, poisonEvery: setting.plan.poisonEvery })
  recorder.sent(batch, at)
  writer.inFlight += 1
  const outcome = await lane.client.send({ topic: batch.topic, partition: batch.partition, values: slots.map(({ value }) => value) })
  writer.inFlight -= 1
  recorder.settled(batch, outcome, setting.now())
  if (outcome.kind !== 'acknowledged' && setting.plan.onError === 'believe') recorder.believed(batch, setting.now())
}

const nextBatch = (plan: ProducerPlan, lane: Lane, count: number): RecordBatch => {
  const partition = lane.partitions[lane.cursor % lane.partitions.length] ?? 0
  const firstSequence = lane.incarnation.nextSequence
  lane.cursor += 1
  lane.incarnation.nextSequence += count

  return { topic: plan.topic.name, partition, firstSequence, count, attempt: 1 }
}

/** The old client is left to close in its own time. The new one is tried for until it opens: a fault may be in force. */
const replaceClient = async (writer: Writer, lane: Lane): Promise<void> => {
  const retired = lane.incarnation
  void lane.client.close()
  const client = await openUntilStopped(writer)
  if (client === undefined) return

  lane.client = client
  lane.incarnation = { recorder: writer.setting.openIncarnation(), nextSequence: 0 }
  if (!writer.lanes.some(({ incarnation }) => incarnation === retired)) retired.recorder.close()
}

const openUntilStopped = async (writer: Writer): Promise<ProducerClient | undefined> => {
  while (!writer.stopping) {
    try {
      // Opening can take as long as a fault lasts; a lane without a client has nothing in flight to wait for.
      return await Promise.race([openClient(writer.setting), writer.stopped])
    } catch {
      // No broker was ready for a new producer; nothing was sent, so nothing is to be recorded.
      await pause(reopenAfterMs)
    }
  }

  return undefined
}
