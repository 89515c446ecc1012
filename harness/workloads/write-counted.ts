/**
 * What a producer's process does whose client makes its records itself and tells of each only afterwards (Kafka's VerifiableProducer).
 * Its sends are put on record before they can happen, without a partition if the topic has several: so many as it can have sent unheard
 * when it starts, and one more for each of which it has told since. What it never tells of stays without an outcome.
 *
 * Whoever reads the evidence sees sends that begin too early, never too late: what was acknowledged before a send truly was, and how long
 * a send waited is told too long rather than too short. A process that announced all its records at its start would make every fault
 * meet all of them, and one that put them on record when they are told of would leave those of a killed process off the record.
 */
import type { CountingProducer, Driver, ToldRecord } from '../clients/driver.ts'
import { recordTags } from '../model/record.ts'
import { identityOf } from '../model/record-number.ts'
import { textPrefix, textRecord } from '../model/text-record.ts'
import type { CountedRecords, CountingRecorder, Outcome } from '../model/recorder.ts'
import type { ProducerPlan } from '../model/workload.ts'

export interface CountedSetting {
  readonly plan: ProducerPlan
  readonly run: string
  readonly openCounting: NonNullable<Driver['openCounting']>
  readonly bootstrap: readonly string[]
  /** Microseconds since the run began. */
  readonly now: () => number
  readonly recorder: CountingRecorder
  /** The client said what counts for nothing. */
  readonly trouble: (text: string) => void
}

export interface CountedWriter {
  readonly start: () => void
  /** No more sends; resolves when all that will be told has been. The caller sets the deadline. */
  readonly stopSending: () => Promise<void>
  /** The client is killed in the middle of whatever it does; what it had said by then is on record when this resolves. */
  readonly kill: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts the client, and waits for `start`. */
export const openCountedWriter = async ({ plan, run, openCounting, bootstrap, now, recorder, trouble }: CountedSetting): Promise<CountedWriter> => {
  const runTag = recordTags(run, '').run
  const announced = announcements(recorder, { now, partitions: plan.topic.partitions })
  const sequenceOf = ({ value }: ToldRecord): number | undefined => {
    const record = textRecord(Buffer.from(value), runTag)
    const identity = record === undefined ? undefined : identityOf(record)

    return identity?.producer === recorder.producer && identity.incarnation === recorder.incarnation ? identity.sequence : undefined
  }
  const client: CountingProducer = await openCounting({
    clientId: `p${plan.number}.${recorder.incarnation}`, bootstrap, acks: plan.acks, idempotent: plan.idempotent, retries: plan.retries,
    maxInFlight: plan.maxInFlight, recordsPerSecond: plan.recordsPerSecond, topic: plan.topic.name, prefix: textPrefix(runTag, recorder),
    ...plan.buffer === undefined ? {} : { buffer: plan.buffer }
  }, {
    told: records => {
      const fates = records.flatMap((record): readonly Fate[] => {
        const sequence = sequenceOf(record)
        if (sequence !== undefined && announced.settle(sequence)) return [{ sequence, partition: record.partition, outcome: record.outcome }]
        trouble(`the client told of a record that it cannot have sent, or had told of: ${JSON.stringify(record.value.slice(0, 100))}`)

        return []
      })
      const at = now()
      for (const { records: same, outcome } of together(fates)) recorder.told(same, outcome, at)
      announced.ahead(fates.length)
    }
  })

  return {
    start: () => {
      announced.ahead(client.mostUnheard)
      client.start()
    },
    stopSending: client.stop,
    kill: async () => {
      await client.kill()
      recorder.close()
    },
    close: async () => {
      await client.close()
      recorder.close()
    }
  }
}

const announcements = (recorder: CountingRecorder, { now, partitions }: { readonly now: () => number, readonly partitions: number }) => {
  const where = partitions === 1 ? { partition: 0 } : {}
  const open = new Set<number>()
  let next = 0

  return {
    ahead: (count: number): void => {
      if (count === 0) return
      recorder.announced({ firstSequence: next, count, ...where }, now())
      for (const end = next + count; next < end; next += 1) open.add(next)
    },
    /** False: it was not announced, or has been settled. */
    settle: (sequence: number): boolean => open.delete(sequence)
  }
}

interface Fate {
  readonly sequence: number
  readonly partition: number | undefined
  readonly outcome: Outcome
}

interface SharedFate {
  readonly records: CountedRecords & { readonly partition: number | undefined }
  readonly outcome: Outcome
}

/** Neighbours with one fate, so that they go on record together. */
export const together = (fates: readonly Fate[]): readonly SharedFate[] => {
  const shared: { records: { firstSequence: number, count: number, partition: number | undefined }, outcome: Outcome }[] = []
  for (const { sequence, partition, outcome } of fates) {
    const last = shared.at(-1)
    const follows = last !== undefined && last.records.firstSequence + last.records.count === sequence && last.records.partition === partition
    if (follows && isNext(last.outcome, outcome, last.records.count)) last.records.count += 1
    else shared.push({ records: { firstSequence: sequence, count: 1, partition }, outcome })
  }

  return shared
}

const isNext = (first: Outcome, next: Outcome, place: number): boolean => {
  if (first.kind !== 'acknowledged' || next.kind !== 'acknowledged') return first.kind === next.kind && 'error' in first && 'error' in next && first.error === next.error

  return first.baseOffset === undefined ? next.baseOffset === undefined : next.baseOffset === first.baseOffset + place
}
