/**
 * Producers on kafkajs. It breaks its own sequence numbers when an idempotent producer has two sends in flight, and takes
 * a sequence back after a failed send, so that later records can be acknowledged as duplicates of a batch that landed: an
 * idempotent producer has one send at a time here, retries inside kafkajs with the sequence kept, and is spent after any
 * send whose fate is not known. Without idempotence each try is a call of its own, so that every error is seen.
 *
 * Connecting an idempotent producer of kafkajs asks for the metadata of all topics, and fails as long as any partition of any
 * of them has no leader: a new incarnation may have to wait for a partition that it will never write to.
 */
import type { Message, Producer, RecordMetadata } from 'kafkajs'
import type { Outcome } from '../../model/recorder.ts'
import type { Acks } from '../../model/workload.ts'
import type { ProducerClient, ProducerOptions, SendBatch } from '../driver.ts'
import { tryUntilSettled } from '../every-try.ts'
import { endedOrLate } from '../waiting.ts'
import { endless, openKafka, requestTimeoutMs, wholeRetry } from './client.ts'
import { isRetriable, outcomeOfTry } from './outcomes.ts'
import { watchTries, type Tries } from './tries.ts'

export const wireAcks: Readonly<Record<Acks, number>> = { all: -1, 1: 1, 0: 0 }

export const openProducer = async (options: ProducerOptions): Promise<ProducerClient> => {
  checkOptions(options)

  const tries = watchTries()
  const kafka = openKafka({ ...options, retries: options.idempotent ? endless : 8, onErrorLog: tries.hear })
  const producer = kafka.producer({
    idempotent: options.idempotent,
    allowAutoTopicCreation: false,
    createPartitioner: () => ({ message }) => message.partition ?? 0,
    retry: wholeRetry(options.idempotent ? (options.retries ?? endless) : 0)
  })
  try {
    await producer.connect()
  } catch (error) {
    await endedOrLate(producer.disconnect(), 500)
    throw error
  }

  return options.idempotent ? idempotentProducer(producer, options, tries) : plainProducer(producer, options)
}

const checkOptions = ({ idempotent, acks, retries }: ProducerOptions): void => {
  if (idempotent && acks !== 'all') throw new Error(`acks is ${acks}; an idempotent producer needs acks "all".`)
  if (idempotent && retries === 0) throw new Error('retries is 0; kafkajs refuses to be idempotent without at least 1 retry.')
}

const idempotentProducer = (producer: Producer, options: ProducerOptions, tries: Tries): ProducerClient => {
  let busy = false
  let spent = false

  return {
    spent: () => spent,
    close: () => closeInTime(producer),
    send: async batch => {
      if (busy || spent) throw new Error('An idempotent kafkajs producer takes one send at a time, and none after a failed one.')
      busy = true
      tries.begin()
      const outcome = await sendOnce(producer, options.acks, batch).catch((error: unknown): Outcome => {
        const { error: name, definite } = outcomeOfTry(error)

        return { kind: definite && tries.allRefused() ? 'rejected' : 'indeterminate', error: name }
      })
      busy = false
      // A batch that was refused for good left the broker's sequence where kafkajs puts its own back to.
      spent = outcome.kind === 'indeterminate'

      return outcome
    }
  }
}

const plainProducer = (producer: Producer, options: ProducerOptions): ProducerClient => ({
  spent: () => false,
  close: () => closeInTime(producer),
  send: batch => tryUntilSettled(() => sendOnce(producer, options.acks, batch), { retries: options.retries, outcomeOfTry, isRetriable })
})

const sendOnce = async (producer: Producer, acks: Acks, { topic, partition, values }: SendBatch): Promise<Outcome> => {
  const results = await producer.send({
    topic,
    acks: wireAcks[acks],
    timeout: requestTimeoutMs,
    messages: messagesOf(values, partition)
  })
  if (acks === '0') return { kind: 'acknowledged', baseOffset: undefined }

  return acknowledgementOf(results, topic, partition)
}

/**
 * kafkajs sorts messages by partition in a `reduce` that copies the growing array for each of them: a sixth of a producer's
 * time at 500 records a send. All of these go to one partition, so the array answers that question itself.
 */
export const messagesOf = (values: readonly Buffer[], partition: number): Message[] => {
  const messages = values.map(value => ({ key: null, value, partition }))
  Object.defineProperty(messages, 'reduce', { value: () => ({ [partition]: messages }) })

  return messages
}

/** Only an answer for the record's own partition, with error code 0, acknowledges it (kafkajs issue 1303). */
export const acknowledgementOf = (results: readonly RecordMetadata[], topic: string, partition: number): Outcome => {
  const own = results.find(result => result.topicName === topic && result.partition === partition)
  if (own === undefined) return { kind: 'indeterminate', error: 'NO_ANSWER_FOR_ITS_PARTITION' }
  if (own.errorCode !== 0) return { kind: 'indeterminate', error: `ERROR_CODE_${own.errorCode}` }

  const offset = Number(own.baseOffset ?? -1)

  return { kind: 'acknowledged', baseOffset: offset < 0 ? undefined : offset }
}

/** kafkajs waits for its pending requests before it disconnects, which can take as long as a black hole lasts. */
const closeInTime = (producer: Producer): Promise<void> => endedOrLate(producer.disconnect(), 2000)
