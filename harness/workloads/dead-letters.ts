/**
 * Where a member puts the records that it cannot process: in a topic of their own, written by a producer of its own, numbered and on
 * record like any other. What went wrong with one send is tried again as another record, since nobody may go on before a dead
 * letter is acknowledged.
 */
import type { Driver, ProducerClient } from '../clients/driver.ts'
import { recordSlots, recordTags } from '../model/record.ts'
import type { ProducerRecorder, RecordBatch } from '../model/recorder.ts'
import type { TopicPlan } from '../model/topic.ts'
import { stampRecords } from './stamp-records.ts'

export interface DeadLetterSetting {
  readonly topic: TopicPlan
  readonly clientId: string
  readonly run: string
  readonly driver: Driver
  readonly bootstrap: readonly string[]
  readonly now: () => number
  /** Opens the producer's next incarnation, with its own part of the ledger. */
  readonly openIncarnation: () => ProducerRecorder
}

export interface DeadLetters {
  /** Writes one, in the order of a partition; false: it is not known to be written, or no producer could be opened. */
  readonly put: (from: { readonly partition: number }) => Promise<boolean>
  readonly close: () => Promise<void>
}

interface Incarnation {
  readonly client: ProducerClient
  readonly recorder: ProducerRecorder
  nextSequence: number
}

const recordBytes = 100

export const openDeadLetters = async (setting: DeadLetterSetting): Promise<DeadLetters> => {
  const { topic, run, now } = setting
  const tags = recordTags(run, topic.name)
  const [slot] = recordSlots({ count: 1, recordBytes })
  if (slot === undefined) throw new Error('A dead letter has no room.')
  let current: Incarnation | undefined = await openIncarnation(setting)

  return {
    put: async ({ partition: from }) => {
      if (current?.client.spent() === true) {
        await closed(current)
        current = undefined
      }
      // No broker may be ready for a new producer: nothing was sent then, and the caller tries again.
      current ??= await openIncarnation(setting).catch(() => undefined)
      if (current === undefined) return false

      const { client, recorder, nextSequence } = current
      const partition = from % topic.partitions
      const batch: RecordBatch = { topic: topic.name, partition, firstSequence: nextSequence, count: 1, attempt: 1 }
      current.nextSequence += 1
      const at = now()
      stampRecords([slot], batch, { tags, recorder, at })
      recorder.sent(batch, at)
      const outcome = await client.send({ topic: topic.name, partition, values: [slot.value] })
      recorder.settled(batch, outcome, now())

      return outcome.kind === 'acknowledged'
    },
    close: async () => { if (current !== undefined) await closed(current) }
  }
}

const openIncarnation = async ({ clientId, bootstrap, driver, openIncarnation: open }: DeadLetterSetting): Promise<Incarnation> => {
  const client = await driver.openProducer({ clientId, bootstrap, acks: 'all', idempotent: true, retries: undefined })

  return { client, recorder: open(), nextSequence: 0 }
}

const closed = async ({ client, recorder }: Incarnation): Promise<void> => {
  await client.close()
  recorder.close()
}
