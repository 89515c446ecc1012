/** Producers on librdkafka. An idempotent one has one send at a time, and gives way to another after a send whose fate is not known. */
import type { ProducerClient, ProducerOptions } from '../driver.ts'
import type { Library } from './library.ts'
import { openSender } from './sending.ts'
import { producerSettings } from './settings.ts'

export const openProducer = async (library: Library, options: ProducerOptions): Promise<ProducerClient> => {
  if (options.idempotent && options.acks !== 'all') throw new Error(`acks is ${options.acks}; an idempotent producer needs acks "all".`)

  const sender = await openSender(library, producerSettings(options))
  let lost = false
  const spent = (): boolean => lost || sender.failed()

  return {
    spent,
    close: sender.close,
    send: async batch => {
      if (options.idempotent && (sender.underWay() > 0 || spent())) throw new Error('An idempotent producer takes one send at a time here, and none after one whose fate is not known.')
      const outcome = await sender.send(batch)
      // librdkafka would go on with a new epoch. A new instance does the same, and leaves no doubt what belongs to which.
      lost ||= options.idempotent && outcome.kind === 'indeterminate'

      return outcome
    }
  }
}
