/** The first step of every client: librdkafka is started, and has had an answer from a broker. */
import { asError } from '../brokers.ts'
import type { RawConsumer, RawProducer } from './library.ts'

const answersWithinMs = 5000

export const connected = (client: RawProducer | RawConsumer): Promise<void> => new Promise((resolve, reject) => {
  client.connect({ timeout: answersWithinMs }, error => {
    if (error === null || error === undefined) resolve()
    else reject(asError(error))
  })
})
