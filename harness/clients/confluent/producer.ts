/**
 * Producers on librdkafka, which batches, retries and keeps its sequence numbers by itself. Each record is handed over with an object that
 * comes back with its delivery report; a send has its outcome once all of its records are reported on.
 */
import type { Outcome } from '../../model/recorder.ts'
import type { ProducerClient, ProducerOptions, SendBatch } from '../driver.ts'
import { endedOrLate, twoTurns, withinDeadline } from '../waiting.ts'
import { connected } from './connect.ts'
import type { Library, RawError, RawProducer } from './library.ts'
import { isRefusal, nameOf } from './outcomes.ts'
import { producerSettings } from './settings.ts'
import { watchTries, type FollowedTries, type Tries } from './tries.ts'

/** What is known of one send: of each record its offset (-1: it has none) or its error. */
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
  readonly options: ProducerOptions
  readonly tries: Tries
  readonly underWay: Set<Sending>
  spent: boolean
}

const opensWithinMs = 10_000
const closesWithinMs = 2000
/** librdkafka's own: it will not produce any more. */
const fatal = -150

export const openProducer = async (library: Library, options: ProducerOptions): Promise<ProducerClient> => {
  if (options.idempotent && options.acks !== 'all') throw new Error(`acks is ${options.acks}; an idempotent producer needs acks "all".`)

  const producer = new library.Producer(producerSettings(options))
  const open: Open = { producer, options, tries: watchTries(), underWay: new Set(), spent: false }
  producer.on('event.log', open.tries.hear)
  producer.on('event.error', ({ code }) => { open.spent ||= code === fatal })
  producer.on('delivery-report', (error, { offset, opaque }) => { report(opaque as Opaque, error ?? undefined, offset) })
  try {
    await withinDeadline(connected(producer), 'a producer to open', opensWithinMs)
  } catch (error) {
    void closeInTime(producer)
    throw error
  }
  producer.setPollInBackground(true)

  return {
    spent: () => open.spent,
    send: batch => send(open, batch),
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

const send = async (open: Open, batch: SendBatch): Promise<Outcome> => {
  const { idempotent } = open.options
  if (idempotent && (open.underWay.size > 0 || open.spent)) throw new Error('An idempotent producer takes one send at a time here, and none after one whose fate is not known.')

  const tries = open.tries.follow(batch)
  const outcome = await outcomeOf(open, batch, tries)
  tries.end()
  // librdkafka would go on with a new epoch. A new instance does the same, and leaves no doubt what belongs to which.
  if (idempotent && outcome.kind === 'indeterminate') open.spent = true

  return outcome
}

const outcomeOf = async (open: Open, { topic, partition, values }: SendBatch, tries: FollowedTries): Promise<Outcome> => {
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
  // Log lines come by a way of their own, and may be here after the report.
  if (sending.errors.length > 0 && handedOver > 0) await twoTurns()

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
