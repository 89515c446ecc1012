/**
 * Sends through librdkafka, which batches, retries and keeps its sequence numbers by itself. Each record is handed over with an object that
 * comes back with its delivery report; a send has its outcome once all of its records are reported on.
 */
import type { Outcome } from '../../model/recorder.ts'
import type { SendBatch } from '../driver.ts'
import { endedOrLate, twoTurns, withinDeadline } from '../waiting.ts'
import { connected } from './connect.ts'
import type { Library, RawError, RawProducer, Settings } from './library.ts'
import { isFatal, isRefusal, nameOf } from './outcomes.ts'
import { watchTries, type FollowedTries, type Tries } from './tries.ts'

export interface Sender {
  readonly producer: RawProducer
  /** Never rejects. */
  readonly send: (batch: SendBatch) => Promise<Outcome>
  readonly underWay: () => number
  /** librdkafka has said that this instance will not go on. */
  readonly failed: () => boolean
  /** Returns after two seconds at the latest. */
  readonly close: () => Promise<void>
}

/** What is known of one send: of each record its offset (below 0: it has none) or its error. */
interface Sending {
  readonly offsets: (number | undefined)[]
  readonly errors: RawError[]
  waiting: number
  readonly reported: PromiseWithResolvers<undefined>
}

interface Opaque {
  readonly sending: Sending
  readonly index: number
}

interface Open {
  readonly producer: RawProducer
  readonly tries: Tries
  readonly underWay: Set<Sending>
  failed: boolean
}

const opensWithinMs = 10_000
const closesWithinMs = 2000

export const openSender = async (library: Library, settings: Settings): Promise<Sender> => {
  const producer = new library.Producer(settings)
  const open: Open = { producer, tries: watchTries(), underWay: new Set(), failed: false }
  producer.on('event.log', open.tries.hear)
  producer.on('event.error', error => { open.failed ||= isFatal(error) })
  producer.on('delivery-report', (error, { offset, opaque }) => { report(opaque as Opaque, error ?? undefined, offset) })
  try {
    await withinDeadline(connected(producer), 'a producer to open', opensWithinMs)
  } catch (error) {
    void closeInTime(producer)
    throw error
  }
  producer.setPollInBackground(true)

  return {
    producer,
    failed: () => open.failed,
    underWay: () => open.underWay.size,
    send: async batch => {
      const tries = open.tries.follow(batch)
      try {
        return await send(open, batch, tries)
      } finally {
        tries.end()
      }
    },
    close: async () => {
      await closeInTime(producer)
      for (const { reported } of open.underWay) reported.reject(new Error('The producer was closed.'))
    }
  }
}

/** What is under way has half of the time. */
const closeInTime = (producer: RawProducer): Promise<void> =>
  endedOrLate(new Promise(resolve => { producer.disconnect(closesWithinMs / 2, resolve) }), closesWithinMs)

const report = ({ sending, index }: Opaque, error: RawError | undefined, offset: number): void => {
  if (error === undefined) sending.offsets[index] = offset
  else sending.errors.push(error)
  sending.waiting -= 1
  if (sending.waiting === 0) sending.reported.resolve(undefined)
}

const send = async (open: Open, { topic, partition, values }: SendBatch, tries: FollowedTries): Promise<Outcome> => {
  const sending: Sending = { offsets: values.map(() => undefined), errors: [], waiting: values.length, reported: Promise.withResolvers() }
  let handedOver = 0
  open.underWay.add(sending)
  for (const [index, value] of values.entries()) {
    try {
      open.producer.produce(topic, partition, value, null, null, { sending, index } satisfies Opaque)
      handedOver += 1
    } catch (error) {
      report({ sending, index }, error as RawError, -1)
    }
  }
  try {
    await sending.reported.promise
  } catch {
    return { kind: 'indeterminate', error: 'CLOSED_BEFORE_ITS_REPORT' }
  } finally {
    open.underWay.delete(sending)
  }
  open.failed ||= sending.errors.some(isFatal)
  // Log lines come by a way of their own, and may be here after the report; and whoever fails at once must leave others a turn.
  if (sending.errors.length > 0) await twoTurns()

  // What librdkafka has not taken cannot have left.
  return outcomeOfReports(sending, { everyTryRefused: handedOver === 0 || (tries.allRefused() && sending.errors.every(isRefusal)) })
}

/** What the reports on a send's records say together. Part of a send acknowledged, and part not, is no outcome of the whole. */
export const outcomeOfReports = (
  { offsets, errors }: Pick<Sending, 'offsets' | 'errors'>, { everyTryRefused }: { readonly everyTryRefused: boolean }
): Outcome => {
  const last = errors.at(-1)
  if (last === undefined) {
    const [first] = offsets

    return { kind: 'acknowledged', baseOffset: first !== undefined && first >= 0 && offsets.every((offset, index) => offset === first + index) ? first : undefined }
  }

  return { kind: everyTryRefused && errors.length === offsets.length ? 'rejected' : 'indeterminate', error: nameOf(last) }
}
