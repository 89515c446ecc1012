/**
 * Producers on `@platformatic/kafka`. Without idempotence each try is a call of its own. An idempotent producer retries inside the
 * library, which keeps the sequence; two of its habits matter for what an outcome may claim:
 *
 *   - after OUT_OF_ORDER_SEQUENCE_NUMBER it takes a new producer id and sends the same records once more, and of the tries before
 *     that it says nothing: so tries are counted as they begin, and a send is rejected only if each of them was heard to be refused;
 *   - after any failed send it forgets its producer id and all sequences: so it has one send at a time here, and is spent after one
 *     whose fate is not known.
 */
import { ProduceAcks, Producer, type ProduceResult } from '@platformatic/kafka'
import type { Outcome } from '../../model/recorder.ts'
import type { Acks } from '../../model/workload.ts'
import type { ProducerClient, ProducerOptions, SendBatch } from '../driver.ts'
import { tryUntilSettled } from '../every-try.ts'
import { endedOrLate, withinDeadline } from '../waiting.ts'
import { baseOptions, endless } from './client.ts'
import { isRetriable, outcomeOfTry } from './outcomes.ts'

type RawProducer = Producer

export const wireAcks = { all: ProduceAcks.ALL, 1: ProduceAcks.LEADER, 0: ProduceAcks.NO_RESPONSE } as const satisfies Record<Acks, number>
export const opensWithinMs = 10_000

export const openProducer = async (options: ProducerOptions): Promise<ProducerClient> => {
  if (options.idempotent && options.acks !== 'all') throw new Error(`acks is ${options.acks}; an idempotent producer needs acks "all".`)

  const tries = watchTries()
  const producer: RawProducer = new Producer({
    ...baseOptions(options),
    idempotent: options.idempotent,
    retries: options.idempotent ? (options.retries ?? endless) : 0,
    // It would ask a moved partition's new leader once, and then the same one again until the metadata are old.
    repeatOnStaleMetadata: false,
    retryDelay: (_client, operation, _attempt, _retries, error) => {
      if (operation === 'produce') tries.failed(error)

      return 200
    }
  })
  producer.on('client:performWithRetry', operation => { if (operation === 'produce') tries.begun() })
  try {
    const opened: Promise<unknown> = options.idempotent ? producer.initIdempotentProducer({}) : producer.metadata({ topics: [] })
    await withinDeadline(opened, 'a producer to open', opensWithinMs)
  } catch (error) {
    void closeInTime(producer)
    throw error
  }

  return options.idempotent ? idempotentProducer(producer, options, tries) : plainProducer(producer, options)
}

const idempotentProducer = (producer: RawProducer, options: ProducerOptions, tries: Tries): ProducerClient => {
  let busy = false
  let spent = false

  return {
    spent: () => spent,
    close: () => closeInTime(producer),
    send: async batch => {
      if (busy || spent) throw new Error('An idempotent producer takes one send at a time here, and none after one whose fate is not known.')
      busy = true
      tries.restart()
      const outcome = await sendOnce(producer, options.acks, batch).catch((error: unknown): Outcome => {
        tries.failed(error)

        return { kind: tries.allRefused() ? 'rejected' : 'indeterminate', error: outcomeOfTry(error).error }
      })
      busy = false
      spent = outcome.kind === 'indeterminate'

      return outcome
    }
  }
}

const plainProducer = (producer: RawProducer, options: ProducerOptions): ProducerClient => ({
  spent: () => false,
  close: () => closeInTime(producer),
  send: batch => tryUntilSettled(async () => {
    try {
      return await sendOnce(producer, options.acks, batch)
    } catch (error) {
      // The next try is to find a leader that has moved.
      producer.clearMetadata()
      throw error
    }
  }, { retries: options.retries, outcomeOfTry, isRetriable })
})

const sendOnce = async (producer: RawProducer, acks: Acks, { topic, partition, values }: SendBatch): Promise<Outcome> =>
  acknowledgementOf(await producer.send({ acks: wireAcks[acks], messages: values.map(value => ({ topic, partition, value })) }), { acks, topic, partition })

/** The library throws where any partition's error code is not 0; an answer that does not name the record's own acknowledges nothing. */
export const acknowledgementOf = (
  { offsets, unwritableNodes }: ProduceResult, { acks, topic, partition }: { readonly acks: Acks, readonly topic: string, readonly partition: number }
): Outcome => {
  if (acks === '0') return unwritableNodes?.length === 0 ? { kind: 'acknowledged', baseOffset: undefined } : { kind: 'indeterminate', error: 'NOT_WRITTEN_TO_THE_SOCKET' }

  const own = offsets?.find(offset => offset.topic === topic && offset.partition === partition)
  if (own === undefined) return { kind: 'indeterminate', error: 'NO_ANSWER_FOR_ITS_PARTITION' }
  const offset = Number(own.offset)

  return { kind: 'acknowledged', baseOffset: offset < 0 ? undefined : offset }
}

/** What became of each single try of the send that is under way. */
export interface Tries {
  readonly restart: () => void
  readonly begun: () => void
  readonly failed: (error: unknown) => void
  /** Each try that began is known to have failed for good. */
  readonly allRefused: () => boolean
}

export const watchTries = (): Tries => {
  let begun = 0
  let ends: readonly boolean[] = []

  return {
    restart: () => {
      begun = 0
      ends = []
    },
    begun: () => { begun += 1 },
    failed: error => { ends = [...ends, outcomeOfTry(error).definite] },
    // Before the first try it looks the topic up: what failed there has sent nothing.
    allRefused: () => ends.length === Math.max(begun, 1) && ends.every(definite => definite)
  }
}

/** Closing waits for what is under way, which can take as long as a black hole lasts. */
const closeInTime = (producer: RawProducer): Promise<void> => endedOrLate(producer.close(true), 2000)
