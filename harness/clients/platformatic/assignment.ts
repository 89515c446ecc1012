/**
 * What a member owns from one join to the next, and the streams that bring it: records are taken from the stream's buffer, sorted
 * into batches of one partition each, and handed on one after the other.
 */
import { once } from 'node:events'
import type { Message, MessagesStream } from '@platformatic/kafka'
import type { TopicPartition } from '../../model/recorder.ts'
import type { BatchControl, DeliveredBatch, DeliveredRecord } from '../driver.ts'
import { partitionKey } from '../partition-key.ts'
import { pause } from '../waiting.ts'
import type { Membership, RawConsumer } from './member.ts'
import { outcomeOfCommit } from './outcomes.ts'

type RawMessage = Message
type RawStream = MessagesStream<Buffer, Buffer, Buffer, Buffer>

export interface Assignment {
  readonly owned: readonly TopicPartition[]
  /** Nothing more is handed on, and nothing more is committed by hand. */
  readonly end: () => void
}

interface Reading extends Pick<Membership, 'options' | 'listener'> {
  readonly consumer: RawConsumer
  readonly owned: readonly TopicPartition[]
  /** The group's, by which these are owned. The library takes the next one over before it says that it has joined. */
  readonly generation: number
  /** The next offset to hand on, by `topic-partition`: known once the library has asked where to begin. */
  readonly next: Map<string, number>
  /** What the group has committed, as far as is known here: where it began, or its last commit by hand. */
  readonly committed: Map<string, number>
  /** Where the library has moved its position to by itself, until a record from there is handed on. */
  readonly moved: Map<string, number>
  stream: RawStream | undefined
  active: boolean
}

/** What the library calls the reset policies. */
const fallbackModes = { earliest: 'earliest', latest: 'latest', none: 'fail' } as const
const mostAtOnce = 500
const againAfterMs = 200
const nothing = Buffer.alloc(0)

export const beginAssignment = ({ options, listener }: Membership, consumer: RawConsumer, owned: readonly TopicPartition[]): Assignment => {
  const reading: Reading = {
    options, listener, consumer, owned, generation: consumer.generationId, next: new Map(), committed: new Map(), moved: new Map(), stream: undefined, active: true
  }
  listener.assigned(owned)
  if (owned.length > 0) void readUntilEnded(reading)

  return {
    owned,
    end: () => {
      if (reading.active) listener.revoked(owned)
      reading.active = false
      reading.stream?.destroy()
    }
  }
}

const readUntilEnded = async (reading: Reading): Promise<void> => {
  // A function, because the compiler does not know that it changes while records are waited for.
  const active = (): boolean => reading.active

  while (active()) {
    try {
      reading.stream = await openStream(reading)
      await readStream(reading, reading.stream)
    } catch (error) {
      if (active()) reading.listener.failed(error instanceof Error ? error.message : String(error))
    }
    reading.stream?.destroy()
    if (active()) await pause(againAfterMs)
  }
}

/** At the group's committed offsets the first time, and then where the last stream left off. */
const openStream = async ({ consumer, options, owned, next }: Reading): Promise<RawStream> => {
  const offsets = owned.map(partition => ({ ...partition, offset: BigInt(next.get(partitionKey(partition)) ?? 0) }))
  const stream: RawStream = await consumer.consume({
    topics: [...options.topics],
    autocommit: options.autoCommitIntervalMs ?? false,
    fallbackMode: fallbackModes[options.reset ?? 'earliest'],
    ...next.size < owned.length ? { mode: 'committed' } : { mode: 'manual', offsets }
  })
  stream.on('error', () => undefined)

  return stream
}

const readStream = async (reading: Reading, stream: RawStream): Promise<void> => {
  const failed = once(stream, 'close').then(() => { throw stream.errored ?? new Error('The stream of records ended.') })
  failed.catch(() => undefined)
  stream.on('offsets', () => { takePositions(reading, stream) })
  // One listener for good: the library stops fetching, and never goes on, if it looks while nobody listens.
  let filled = Promise.withResolvers<undefined>()
  stream.on('readable', () => { filled.resolve(undefined) })

  while (reading.active) {
    const messages = takeBuffered(stream)
    if (messages.length === 0) {
      await Promise.race([filled.promise, failed])
      filled = Promise.withResolvers<undefined>()
    } else if (!await handOn(reading, messages)) return
  }
}

/**
 * The library tells so where it begins, and where an offset was not in the log: then both of its maps hold where it goes on. They do, too,
 * when it goes back to what is committed: that is none of its resets, and a step back is told as it is.
 */
const takePositions = ({ active, owned, next, committed, moved, listener }: Reading, stream: RawStream): void => {
  for (const partition of active ? owned : []) {
    const key = partitionKey(partition)
    const offset = stream.offsetsToFetch.get(`${partition.topic}:${partition.partition}`)
    if (offset === undefined) continue
    if (!next.has(key)) {
      next.set(key, Number(offset))
      committed.set(key, Number(offset))
      listener.positioned(partition, Number(offset))
    } else if (offset === stream.offsetsCommitted.get(`${partition.topic}:${partition.partition}`) && next.get(key) !== Number(offset)) {
      if (committed.get(key) !== Number(offset)) moved.set(key, Number(offset))
    }
  }
}

const takeBuffered = (stream: RawStream): readonly RawMessage[] => {
  const messages: RawMessage[] = []
  while (messages.length < mostAtOnce) {
    const message = stream.read() as RawMessage | null
    if (message === null) break
    messages.push(message)
  }

  return messages
}

/** False if something was left undone: the stream has passed it, so another has to begin there. */
const handOn = async (reading: Reading, messages: readonly RawMessage[]): Promise<boolean> => {
  for (const own of [...Map.groupBy(messages, partitionKey).values()].flatMap(found => partedAtMove(reading, found))) {
    const [first] = own
    const last = own.at(-1)
    if (first === undefined || last === undefined) continue
    const key = partitionKey(first)
    tellMove(reading, first)

    // A step back is told as it is: where a log may be cut off it is permitted, and nowhere else is there a reason for one.
    const batch: DeliveredBatch = { topic: first.topic, partition: first.partition, records: own.map(recordOf) }
    await reading.listener.batch(batch, controlBatch(reading, batch))
    if (!reading.active || reading.next.get(key) !== Number(last.offset) + 1) return false
  }

  return true
}

/** What was fetched before the library moved its position, and what after that. */
const partedAtMove = ({ next, moved, options }: Reading, messages: readonly RawMessage[]): readonly (readonly RawMessage[])[] => {
  const [first] = messages
  const target = first === undefined ? undefined : moved.get(partitionKey(first))
  if (first === undefined || target === undefined) return [messages]
  const expectedAt = (place: number): number | undefined => place === 0 ? next.get(partitionKey(first)) : Number(messages[place - 1]?.offset) + 1
  const index = messages.findIndex(({ offset }, place) => isMoved(Number(offset), { target, expected: expectedAt(place), options }))

  return index <= 0 ? [messages] : [messages.slice(0, index), messages.slice(index)]
}

interface Move extends Pick<Reading, 'options'> {
  readonly target: number
  readonly expected: number | undefined
}

/** What the library commits by itself is not known here: then a step back may be a return to that. */
const isMoved = (offset: number, { target, expected = 0, options }: Move): boolean =>
  offset >= target && (expected < target || (expected > offset && options.autoCommitIntervalMs === undefined))

const tellMove = ({ next, moved, listener, options }: Reading, { topic, partition, offset }: RawMessage): void => {
  const key = partitionKey({ topic, partition })
  const target = moved.get(key)
  if (target === undefined || !isMoved(Number(offset), { target, expected: next.get(key), options })) return

  moved.delete(key)
  next.set(key, target)
  listener.sought({ topic, partition }, target)
}

const recordOf = ({ offset, leaderEpoch, value }: RawMessage): DeliveredRecord => ({
  offset: Number(offset), leaderEpoch: leaderEpoch >= 0 ? leaderEpoch : undefined, value: isBytes(value) ? value : nothing
})

/** A record without a value has none, whatever the library's types say. */
const isBytes = (value: unknown): value is Buffer => Buffer.isBuffer(value)

const controlBatch = (reading: Reading, { topic, partition }: TopicPartition): BatchControl => {
  const { consumer, next } = reading
  let failing = false

  return {
    current: () => reading.active,
    failing: () => failing,
    done: offset => { if (reading.active) next.set(partitionKey({ topic, partition }), offset + 1) },
    // The library keeps the membership, and commits what it has fetched, by timers of its own.
    heartbeat: async () => undefined,
    commitIfDue: async () => undefined,
    commit: async offset => {
      // It would go out under the next generation, and be taken for that of an owner.
      if (!reading.active || consumer.generationId !== reading.generation) return { outcome: 'rejected', error: 'NOT_SENT_ASSIGNMENT_ENDED' }
      try {
        await consumer.commit({ offsets: [{ topic, partition, offset: BigInt(offset), leaderEpoch: -1 }] })
        reading.committed.set(partitionKey({ topic, partition }), offset)

        return { outcome: 'acknowledged' }
      } catch (error) {
        failing = true

        return outcomeOfCommit(error)
      }
    }
  }
}
