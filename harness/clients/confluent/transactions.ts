/**
 * Transactions on librdkafka. It may be asked again to end a transaction when it was not answered in time; here it is asked once, with time
 * enough to be answered, and where it fails nobody knows how the transaction ended: then, and after a send that was not acknowledged, the
 * client is spent, and the one that takes its place aborts what was left open.
 *
 * Offsets go out with the group's generation, of which librdkafka asks the consumer: a member that has been replaced is refused by it, too.
 */
import type { OpenTransaction, TransactionalClient, TransactionalOptions, TransactionEnd } from '../driver.ts'
import { asError } from '../brokers.ts'
import type { Reader } from './hand-on.ts'
import type { Library, RawError } from './library.ts'
import { nameOf, replacementBy } from './outcomes.ts'
import { openSender, type Sender } from './sending.ts'
import { transactionalSettings } from './settings.ts'

const initialisesWithinMs = 10_000
const endsWithinMs = 30_000
const offsetWithinMs = 10_000

type Step = (done: (error: RawError | null | undefined) => void) => void

export const openTransactional = async (library: Library, options: TransactionalOptions): Promise<TransactionalClient> => {
  const sender = await openSender(library, transactionalSettings(options))
  try {
    await taken(done => { sender.producer.initTransactions(initialisesWithinMs, done) })
  } catch (error) {
    void sender.close()
    throw error
  }
  let lost = false
  const spent = (): boolean => lost || sender.failed()

  return {
    spent,
    close: sender.close,
    begin: async () => {
      if (spent()) throw new Error('A client begins no transaction here after one whose end is not known, or one of whose sends was not acknowledged.')
      await taken(done => { sender.producer.beginTransaction(done) })

      return openTransaction(sender, () => { lost = true })
    }
  }
}

const openTransaction = (sender: Sender, spend: () => void): OpenTransaction => {
  const end = async (phase: 'committed' | 'aborted', ask: Step): Promise<TransactionEnd> => {
    try {
      await taken(ask)

      return { phase }
    } catch (error) {
      spend()

      return { phase: 'indeterminate', error: nameOf(error as RawError) }
    }
  }

  return {
    commit: () => end('committed', done => { sender.producer.commitTransaction(endsWithinMs, done) }),
    abort: () => end('aborted', done => { sender.producer.abortTransaction(endsWithinMs, done) }),
    send: async batch => {
      const outcome = await sender.send(batch)
      // After a refused record, too: librdkafka 2.15.1 purges the first record of the next transaction from its queue.
      if (outcome.kind !== 'acknowledged') spend()

      return outcome
    },
    sendOffset: async ({ topic, partition, offset, membership }) => {
      const { consumer, current } = membership as Reader
      if (!current()) return { outcome: 'rejected', error: 'NOT_SENT_ASSIGNMENT_ENDED' }
      try {
        await taken(done => { sender.producer.sendOffsetsToTransaction([{ topic, partition, offset }], consumer, offsetWithinMs, done) })

        return { outcome: 'acknowledged' }
      } catch (error) {
        spend()
        const replaced = replacementBy(error as RawError)

        return replaced === undefined ? { outcome: 'indeterminate', error: nameOf(error as RawError) } : { outcome: 'rejected', error: replaced }
      }
    }
  }
}

/** Rejects with librdkafka's error. */
const taken = (step: Step): Promise<void> => new Promise((resolve, reject) => {
  step(error => {
    if (error === null || error === undefined) resolve()
    else reject(asError(error))
  })
})
