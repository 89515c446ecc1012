/** Producers on `@platformatic/kafka` as applications use them that know none of its weak spots. It chooses a partition once for each record. */
import { Producer } from '@platformatic/kafka'
import { watchAnswers } from '../answers.ts'
import type { ProducerOptions, UnguardedClient } from '../driver.ts'
import { endedOrLate, withinDeadline } from '../waiting.ts'
import { baseOptions, endless } from './client.ts'
import { outcomeOfTry } from './outcomes.ts'
import { opensWithinMs, wireAcks } from './producer.ts'

const plainRetries = 5

export const openUnguarded = async (options: ProducerOptions): Promise<UnguardedClient> => {
  const { idempotent, retries, acks } = options
  const answers = watchAnswers()
  const producer: Producer = new Producer({
    ...baseOptions(options), idempotent, retries: retries ?? (idempotent ? endless : plainRetries), repeatOnStaleMetadata: false
  })
  const opened: Promise<unknown> = idempotent ? producer.initIdempotentProducer({}) : producer.metadata({ topics: [] })
  try {
    await withinDeadline(opened, 'a producer to open', opensWithinMs)
  } catch (error) {
    void endedOrLate(producer.close(true), 2000)
    throw error
  }
  let spent = false

  return {
    spent: () => spent,
    remarks: () => answers.remarks('@platformatic/kafka'),
    close: () => endedOrLate(producer.close(true), 2000),
    send: async ({ topic, records }) => {
      const messages = records.map(({ partition, value }) => ({ topic, value, ...partition === undefined ? {} : { partition } }))
      try {
        const { offsets = [] } = await producer.send({ acks: wireAcks[acks], messages })
        const told = offsets.map(({ partition, offset }) => ({ partition, offset: Number(offset) < 0 ? undefined : Number(offset) }))

        return { kind: 'acknowledged', offsets: answers.take(records.map(({ partition }) => partition), told) }
      } catch (error) {
        spent ||= idempotent

        return { kind: 'indeterminate', error: outcomeOfTry(error).error }
      }
    }
  }
}
