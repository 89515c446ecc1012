/** One partition's records in the driver's words, and what the application may do while it works on them. */
import type { BatchControl, CommitResult, DeliveredRecord } from '../driver.ts'
import { asError } from '../brokers.ts'
import { commit, seek } from './consumer.ts'
import type { RawConsumer, RawMessage, RawOffset } from './library.ts'
import type { Membership, Owned } from './member.ts'
import { nameOf } from './outcomes.ts'

interface HandingOn {
  readonly consumer: RawConsumer
  readonly own: Owned
  readonly messages: readonly RawMessage[]
  /** Lets librdkafka do what waits for a poll; the offsets that have to be fetched again after it. */
  readonly serve: () => Promise<readonly RawOffset[]>
}

/** Who reads, for a transaction's commit of offsets: a consumer that has been closed must not be asked for its generation. */
export interface Reader {
  readonly consumer: RawConsumer
  readonly current: () => boolean
}

const nothing = Buffer.alloc(0)
const servesEveryMs = 1000

/** Rejects where the position cannot be set back behind what was done. */
export const handOn = async (member: Membership, handing: HandingOn): Promise<void> => {
  const { consumer, own, messages } = handing
  const { topic, partition } = own
  const [first] = messages
  const last = messages.at(-1)
  if (first === undefined || last === undefined) return

  tellPosition(member, own, first.offset)
  const working = controlBatch(member, handing, first.offset)
  await member.listener.batch({ topic, partition, records: messages.map(recordOf) }, working.control)

  // Work that broke off goes on where it stopped: librdkafka has passed that.
  const again = working.next() === last.offset + 1 ? [] : [{ topic, partition, offset: working.next() }]
  const latest = new Map([...working.missed(), ...again].map(offset => [`${offset.topic}-${offset.partition}`, offset]))
  for (const [key, offset] of latest) {
    if (member.owned.get(key)?.active === true && !member.closed) await seek(consumer, offset)
  }
}

const tellPosition = ({ listener }: Membership, own: Owned, offset: number): void => {
  const { topic, partition } = own
  if (own.reset) listener.sought({ topic, partition }, offset)
  else if (!own.positioned) listener.positioned({ topic, partition }, offset)
  own.reset = false
  own.positioned = true
}

const recordOf = ({ offset, leaderEpoch, value }: RawMessage): DeliveredRecord => ({ offset, leaderEpoch, value: value ?? nothing })

interface Working {
  readonly control: BatchControl
  readonly next: () => number
  /** What a poll in between brought, the first of each partition. */
  readonly missed: () => readonly RawOffset[]
}

const controlBatch = (member: Membership, { consumer, own, serve }: HandingOn, firstOffset: number): Working => {
  const { topic, partition } = own
  const missed: RawOffset[] = []
  let next = firstOffset
  let failing = false

  return {
    next: () => next,
    missed: () => missed,
    control: {
      membership: { consumer, current: () => own.active } satisfies Reader,
      current: () => own.active,
      failing: () => failing,
      done: offset => {
        next = offset + 1
        if (own.active) store(member, consumer, { topic, partition, offset: next })
      },
      // librdkafka commits by itself what is stored.
      commitIfDue: async () => undefined,
      heartbeat: async () => {
        if (performance.now() - member.polledAt < servesEveryMs) return
        for (const offset of await serve()) if (!missed.some(known => known.topic === offset.topic && known.partition === offset.partition)) missed.push(offset)
      },
      commit: async offset => {
        if (!own.active) return { outcome: 'rejected', error: 'NOT_SENT_ASSIGNMENT_ENDED' }
        const result = tryCommit(consumer, { topic, partition, offset })
        failing ||= result.outcome !== 'acknowledged'

        return result
      }
    }
  }
}

const store = ({ commits, listener }: Membership, consumer: RawConsumer, offset: RawOffset & { readonly offset: number }): void => {
  if (commits === undefined) return
  commits.stored(offset, offset.offset)
  try {
    consumer.offsetsStore([offset])
  } catch (error) {
    listener.failed(asError(error).message)
  }
}

/** librdkafka repeats a commit by itself and tells its last error: an earlier try may have been taken, so no error is a refusal. */
const tryCommit = (consumer: RawConsumer, offset: RawOffset): CommitResult => {
  const error = commit(consumer, offset)

  return error === undefined ? { outcome: 'acknowledged' } : { outcome: 'indeterminate', error: nameOf(error) }
}
