/**
 * Transactions on kafkajs. It initialises the transactional id when the first transaction begins; here that is done at once, by
 * an empty transaction that kafkajs ends without asking anybody, so that "open" means that the predecessor is fenced.
 *
 * kafkajs asks to end a transaction once and does not ask again: without an answer nobody knows how it ended. After that, or after a
 * send whose fate is not known, its sequence numbers may not be the broker's any more, and the client is spent.
 */
import type { Producer, Transaction } from 'kafkajs'
import type { Outcome } from '../../model/recorder.ts'
import type { OpenTransaction, SendBatch, TransactionalClient, TransactionalOptions, TransactionEnd } from '../driver.ts'
import { endedOrLate } from '../waiting.ts'
import { endless, openKafka, requestTimeoutMs, wholeRetry } from './client.ts'
import { outcomeOfCommit, outcomeOfTry } from './outcomes.ts'
import { acknowledgementOf, messagesOf } from './producer.ts'
import { watchTries, type Tries } from './tries.ts'

export const openTransactional = async (options: TransactionalOptions): Promise<TransactionalClient> => {
  const tries = watchTries()
  const kafka = openKafka({ ...options, retries: endless, onErrorLog: tries.hear })
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    transactionalId: options.transactionalId,
    transactionTimeout: options.timeoutMs,
    allowAutoTopicCreation: false,
    createPartitioner: () => ({ message }) => message.partition ?? 0,
    retry: wholeRetry(endless)
  })
  try {
    await producer.connect()
    await (await producer.transaction()).abort()
  } catch (error) {
    await endedOrLate(producer.disconnect(), 500)
    throw error
  }

  return transactionalClient(producer, tries)
}

const transactionalClient = (producer: Producer, tries: Tries): TransactionalClient => {
  let spent = false
  const spend = (): void => { spent = true }

  return {
    spent: () => spent,
    close: () => endedOrLate(producer.disconnect(), 2000),
    begin: async () => {
      if (spent) throw new Error('A kafkajs client begins no transaction after one whose end, or one of whose sends, is not known.')

      return openTransaction(await producer.transaction(), tries, spend)
    }
  }
}

const openTransaction = (transaction: Transaction, tries: Tries, spend: () => void): OpenTransaction => {
  const end = async (phase: 'committed' | 'aborted', ask: () => Promise<void>): Promise<TransactionEnd> => {
    try {
      await ask()

      return { phase }
    } catch (error) {
      spend()

      return { phase: 'indeterminate', error: outcomeOfTry(error).error }
    }
  }

  return {
    commit: () => end('committed', () => transaction.commit()),
    abort: () => end('aborted', () => transaction.abort()),
    // Without the group's generation, which it knows no way to tell: whoever is fenced is so by the transactional id alone.
    sendOffset: async ({ group, topic, partition, offset }) => {
      try {
        await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic, partitions: [{ partition, offset: String(offset) }] }] })

        return { outcome: 'acknowledged' }
      } catch (error) {
        spend()

        return outcomeOfCommit(error)
      }
    },
    send: async batch => {
      tries.begin()
      const outcome = await sendOnce(transaction, batch).catch((error: unknown): Outcome => {
        const { error: name, definite } = outcomeOfTry(error)

        return { kind: definite && tries.allRefused() ? 'rejected' : 'indeterminate', error: name }
      })
      if (outcome.kind === 'indeterminate') spend()

      return outcome
    }
  }
}

const sendOnce = async (transaction: Transaction, { topic, partition, values }: SendBatch): Promise<Outcome> => {
  const results = await transaction.send({ topic, acks: -1, timeout: requestTimeoutMs, messages: messagesOf(values, partition) })

  return acknowledgementOf(results, topic, partition)
}
