/**
 * Producers on kafkajs 2.2.4 as applications use them that know none of its bugs, so that experiments can show these:
 *
 *   - it keeps the answers of one send by broker (`sendMessages.js`): where a partition's leader has moved to a broker that has answered
 *     already, the repetition sends nothing there, and the call succeeds without the partition's records (issue 1303);
 *   - each repetition asks the partitioner anew, so that keyless records may go where others have been written, or where nothing is sent;
 *   - a request that failed gives its sequence numbers back (`eosManager`): of several sends under way, the next takes those of one
 *     that the broker has written, and is acknowledged as its repetition, while that one is written once more (issue 1005).
 */
import { Partitioners, type ICustomPartitioner, type Message } from 'kafkajs'
import { watchAnswers } from '../answers.ts'
import type { ProducerOptions, UnguardedClient } from '../driver.ts'
import { endedOrLate } from '../waiting.ts'
import { endless, openKafka, requestTimeoutMs, wholeRetry } from './client.ts'
import { outcomeOfTry } from './outcomes.ts'
import { wireAcks } from './producer.ts'

const plainRetries = 5

export const openUnguarded = async (options: ProducerOptions): Promise<UnguardedClient> => {
  const { idempotent, retries, acks } = options
  const choices = watchChoices()
  const answers = watchAnswers()
  const kafka = openKafka({ ...options, retries: idempotent ? endless : 8, onErrorLog: () => undefined })
  const producer = kafka.producer({
    idempotent, allowAutoTopicCreation: false, createPartitioner: choices.partitioner, retry: wholeRetry(retries ?? (idempotent ? endless : plainRetries))
  })
  try {
    await producer.connect()
  } catch (error) {
    await endedOrLate(producer.disconnect(), 500)
    throw error
  }
  let spent = false

  return {
    spent: () => spent,
    remarks: () => [...answers.remarks('kafkajs'), ...choices.remarks()],
    close: () => endedOrLate(producer.disconnect(), 2000),
    send: async ({ topic, records }) => {
      const messages = records.map(({ partition, value }): Message => ({ key: null, value, ...partition === undefined ? {} : { partition } }))
      try {
        const results = await producer.send({ topic, acks: wireAcks[acks], timeout: requestTimeoutMs, messages })
        const told = results.map(({ partition, baseOffset }) => ({ partition, offset: offsetOf(baseOffset) }))

        return { kind: 'acknowledged', offsets: answers.take(records.map(({ partition }) => partition), told) }
      } catch (error) {
        spent ||= idempotent

        return { kind: 'indeterminate', error: outcomeOfTry(error).error }
      }
    }
  }
}

const offsetOf = (baseOffset: string | undefined): number | undefined => (Number(baseOffset ?? -1) < 0 ? undefined : Number(baseOffset))

/** kafkajs's own partitioner, and where it sent one message twice, to two partitions. */
const watchChoices = (): { readonly partitioner: ICustomPartitioner, readonly remarks: () => readonly string[] } => {
  const chosen = new WeakMap<Message, number>()
  let moved = 0

  return {
    partitioner: () => {
      const choose = Partitioners.DefaultPartitioner()

      return details => {
        const partition = choose(details)
        const before = chosen.get(details.message)
        if (before !== undefined && before !== partition) moved += 1
        chosen.set(details.message, partition)

        return partition
      }
    },
    remarks: () => moved === 0 ? [] : [`kafkajs gave ${moved} records another partition when it repeated their send.`]
  }
}
