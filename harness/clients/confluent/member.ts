/**
 * A group member on librdkafka, with either rebalance protocol. Fetching, heartbeats and rebalances are librdkafka's own; a rebalance
 * waits until it is answered here, and no record comes meanwhile. So what one poll brought belongs to what was owned before it, and is
 * dropped where that has ended: the next owner has it.
 *
 * A poll is also what tells librdkafka that the application lives, and what lets a rebalance through. Work that takes long is therefore
 * interrupted by polls with every partition paused.
 */
import type { MemberClient, MemberListener, MemberOptions } from '../driver.ts'
import type { TopicPartition } from '../../model/recorder.ts'
import { asError } from '../brokers.ts'
import { partitionKey } from '../partition-key.ts'
import { endedOrLate, pause, withinDeadline } from '../waiting.ts'
import { watchAutomaticCommits, type AutomaticCommits } from './automatic-commits.ts'
import { connected } from './connect.ts'
import { leave, poll } from './consumer.ts'
import { handOn } from './hand-on.ts'
import type { Library, LogLine, RawConsumer, RawError, RawMessage, RawOffset } from './library.ts'
import { isFatal } from './outcomes.ts'
import { answerRebalance, giveBackAll, type Rebalance } from './rebalance.ts'
import { consumerSettings } from './settings.ts'

/** A partition, from its assignment to its end. */
export interface Owned extends TopicPartition {
  active: boolean
  /** The first offset has been told. */
  positioned: boolean
  /** librdkafka moved the position by itself, and has not brought a record since. */
  reset: boolean
}

export interface Membership {
  readonly library: Library
  readonly options: MemberOptions
  readonly listener: MemberListener
  /** Absent: it commits by hand. */
  readonly commits: AutomaticCommits | undefined
  readonly owned: Map<string, Owned>
  /** What the last poll brought and nobody has answered yet. */
  readonly rebalances: Rebalance[]
  polledAt: number
  leaving: boolean
  closed: boolean
}

interface OwnedRecords {
  readonly own: Owned
  readonly messages: readonly RawMessage[]
}

const mostAtOnce = 500
const pollMs = 300
const againAfterMs = 500
const closesWithinMs = 5000

export const openMember = async (library: Library, options: MemberOptions, listener: MemberListener): Promise<MemberClient> => {
  const member: Membership = {
    library, options, listener, owned: new Map(), rebalances: [], polledAt: 0, leaving: false, closed: false,
    commits: options.autoCommitIntervalMs === undefined ? undefined : watchAutomaticCommits(listener.committed)
  }
  const joined = Promise.withResolvers<undefined>()
  const ended = joinUntilClosed(member, () => { joined.resolve(undefined) })
  await joined.promise

  return {
    close: async () => {
      member.closed = true
      await endedOrLate(ended, closesWithinMs)
      giveBackAll(member)
    }
  }
}

const joinUntilClosed = async (member: Membership, tried: () => void): Promise<void> => {
  while (!isClosed(member)) {
    const consumer = openConsumer(member)
    try {
      await withinDeadline(connected(consumer), 'a member to connect', 10_000)
      consumer.subscribe(member.options.topics)
      tried()
      await readUntilClosed(member, consumer)
    } catch (error) {
      member.listener.failed(asError(error).message)
    }
    tried()
    member.leaving = true
    await leave(consumer)
    giveBackAll(member)
    member.leaving = false
    if (!isClosed(member)) await pause(againAfterMs)
  }
}

const openConsumer = (member: Membership): RawConsumer => {
  const consumer: RawConsumer = new member.library.KafkaConsumer({
    ...consumerSettings(member.options),
    rebalance_cb: (error: RawError | undefined, partitions: readonly TopicPartition[]) => {
      member.rebalances.push({ error, partitions })
      // On leaving, librdkafka polls by itself, and waits for an answer.
      if (member.leaving) void answerRebalances(member, consumer)
    },
    offset_commit_cb: (error: RawError | null | undefined, offsets: readonly RawOffset[]) => { member.commits?.heard(error ?? undefined, offsets) }
  })
  consumer.setDefaultIsTimeoutOnlyForFirstMessage(true)
  consumer.on('event.log', line => { hearReset(member, line) })

  return consumer
}

const hearReset = ({ owned }: Membership, { fac, message }: LogLine): void => {
  const [, topic = '', partition] = fac === 'OFFSET' ? /: (\S+) \[(\d+)\]: offset reset /.exec(message) ?? [] : []
  const own = owned.get(partitionKey({ topic, partition: Number(partition) }))
  if (own !== undefined) own.reset = true
}

/** A function, because the compiler does not know that it changes while something is waited for. */
const isClosed = ({ closed }: Membership): boolean => closed

const readUntilClosed = async (member: Membership, consumer: RawConsumer): Promise<void> => {
  while (!isClosed(member)) {
    for (const { own, messages } of await pollOnce(member, consumer, { most: mostAtOnce, waitMs: pollMs })) {
      if (own.active && !isClosed(member)) await handOn(member, { consumer, own, messages, serve: () => serve(member, consumer) })
    }
  }
}

interface Polling {
  readonly most: number
  readonly waitMs: number
  /** Meanwhile nothing of these is to come. */
  readonly paused?: readonly TopicPartition[]
}

/** What it brought of partitions that were owned before it and still are. */
const pollOnce = async (member: Membership, consumer: RawConsumer, { paused = [], ...polling }: Polling): Promise<readonly OwnedRecords[]> => {
  const before = new Map(member.owned)
  consumer.pause(paused)
  const messages = await poll(consumer, polling).catch((error: unknown): readonly RawMessage[] => {
    if (isFatal(error as RawError)) throw error
    member.listener.failed(asError(error).message)

    return []
  })
  member.polledAt = performance.now()
  // Before a rebalance takes them away: a paused partition would be paused still when it is assigned once more.
  consumer.resume(paused)
  await answerRebalances(member, consumer)

  return [...Map.groupBy(messages, partitionKey)].flatMap(([key, own]) => {
    const owned = before.get(key)

    return owned?.active === true ? [{ own: owned, messages: own }] : []
  })
}

const answerRebalances = async (member: Membership, consumer: RawConsumer): Promise<void> => {
  for (let rebalance = member.rebalances.shift(); rebalance !== undefined; rebalance = member.rebalances.shift()) await answerRebalance(member, consumer, rebalance)
}

/** A poll in the midst of work. What it brings although everything is paused is left for later; the offsets to fetch it from again. */
const serve = async (member: Membership, consumer: RawConsumer): Promise<readonly RawOffset[]> => {
  const brought = await pollOnce(member, consumer, { most: 1, waitMs: 1, paused: [...member.owned.values()].map(({ topic, partition }) => ({ topic, partition })) })

  return brought.flatMap(({ messages }) => messages.slice(0, 1).map(({ topic, partition, offset }) => ({ topic, partition, offset })))
}
