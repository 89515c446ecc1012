/**
 * A group member on `@platformatic/kafka`, with either rebalance protocol. The library hands records over as a stream that survives
 * rebalances, with what it had fetched before them still in its buffer, and an answer that was under way may move its position. So
 * here each assignment has a stream of its own, and what an earlier one had fetched is dropped: the next owner has it. No call is
 * repeated by the library: a commit has one try, and would otherwise be made again under a later generation.
 *
 * A stream ends with its first error (a broker that died): another takes its place, at the record that is next.
 */
import { Consumer, type ConsumerOptions } from '@platformatic/kafka'
import type { TopicPartition } from '../../model/recorder.ts'
import type { MemberClient, MemberListener, MemberOptions } from '../driver.ts'
import { endedOrLate, pause } from '../waiting.ts'
import { partitionKey } from '../partition-key.ts'
import { beginAssignment, type Assignment } from './assignment.ts'
import { watchAutomaticCommits, type AutomaticCommits } from './automatic-commits.ts'
import { baseOptions } from './client.ts'

export type RawConsumer = Consumer

export interface Membership {
  readonly options: MemberOptions
  readonly listener: MemberListener
  consumer: RawConsumer | undefined
  commits: AutomaticCommits | undefined
  assignment: Assignment | undefined
  closed: boolean
}

const restartAfterMs = 500
const leavesWithinMs = 5000

export const openMember = async (options: MemberOptions, listener: MemberListener): Promise<MemberClient> => {
  const member: Membership = { options, listener, consumer: undefined, commits: undefined, assignment: undefined, closed: false }
  await joinUntilClosed(member)

  return {
    close: async () => {
      member.closed = true
      // Leaving needs the coordinator, which may be out of reach; the session's end does the same later.
      await endedOrLate(member.consumer?.close(true), leavesWithinMs)
      endAssignment(member)
    }
  }
}

const joinUntilClosed = async (member: Membership): Promise<void> => {
  while (!member.closed) {
    const consumer: RawConsumer = new Consumer(consumerOptions(member.options))
    member.consumer = consumer
    try {
      await join(member, consumer)

      return
    } catch (error) {
      member.listener.failed(error instanceof Error ? error.message : String(error))
      endAssignment(member)
      await endedOrLate(consumer.close(true), restartAfterMs)
      await pause(restartAfterMs)
    }
  }
}

const consumerOptions = (options: MemberOptions): ConsumerOptions<Buffer, Buffer, Buffer, Buffer> => {
  const shared = {
    ...baseOptions(options), groupId: options.group, retries: 0, isolationLevel: 0, maxWaitTime: 500, autocommit: options.autoCommitIntervalMs ?? false,
    ...options.groupInstanceId === undefined ? {} : { groupInstanceId: options.groupInstanceId }
  }
  // It compares this with its default of a session, which is a minute, though with this protocol the broker decides.
  if (options.rebalanceProtocol === 'consumer') return { ...shared, groupProtocol: 'consumer', rebalanceTimeout: 60_000 }

  return {
    ...shared, groupProtocol: 'classic', rebalanceTimeout: Math.max(options.sessionTimeoutMs, 10_000), sessionTimeout: options.sessionTimeoutMs,
    heartbeatInterval: Math.max(200, Math.floor(options.sessionTimeoutMs / 10))
  }
}

const join = async (member: Membership, consumer: RawConsumer): Promise<void> => {
  const { topics, autoCommitIntervalMs, rebalanceProtocol } = member.options
  member.commits = autoCommitIntervalMs === undefined ? undefined : watchAutomaticCommits(consumer, member.listener.committed)
  // The library joins again whenever a stream's topics are not subscribed to yet: this subscription outlives the streams.
  for (const topic of topics) consumer.topics.track(topic)
  consumer.on('error', error => { rejoin(member, consumer, error) })

  if (rebalanceProtocol === 'consumer') {
    // It does not tell when it takes a new assignment over, but asks the coordinator right after.
    for (const event of ['consumer:heartbeat:start', 'consumer:heartbeat:end'] as const) consumer.on(event, () => { followAssignment(member, consumer) })
    consumer.on('consumer:heartbeat:error', ({ error }) => {
      member.listener.failed(error.message)
      followAssignment(member, consumer)
    })
    // A member without an id that wants a stream: only so does the library send its first heartbeat.
    const stream = await consumer.consume({ topics: [...topics], mode: 'earliest', autocommit: false })
    stream.on('error', () => undefined).destroy()
    followAssignment(member, consumer)

    return
  }
  consumer.on('consumer:group:join', () => { startAssignment(member, consumer) })
  await consumer.joinGroup({})
}

/** A rejoin that failed: the library has given up, and sends no heartbeats any more. */
const rejoin = (member: Membership, consumer: RawConsumer, error: Error): void => {
  if (member.closed || member.consumer !== consumer) return

  member.listener.failed(error.message)
  endAssignment(member)
  member.consumer = undefined
  void endedOrLate(consumer.close(true), restartAfterMs).then(() => joinUntilClosed(member))
}

const ownedBy = (consumer: RawConsumer): readonly TopicPartition[] =>
  (consumer.assignments ?? []).flatMap(({ topic, partitions }) => partitions.map(partition => ({ topic, partition })))

const startAssignment = (member: Membership, consumer: RawConsumer): void => {
  endAssignment(member)
  if (!member.closed) member.assignment = beginAssignment(member, consumer, ownedBy(consumer))
}

const followAssignment = (member: Membership, consumer: RawConsumer): void => {
  const names = (partitions: readonly TopicPartition[]): string => partitions.map(partitionKey).toSorted().join(' ')
  if (member.consumer === consumer && names(ownedBy(consumer)) !== names(member.assignment?.owned ?? [])) startAssignment(member, consumer)
}

const endAssignment = (member: Membership): void => {
  member.assignment?.end()
  member.assignment = undefined
  member.commits?.giveUp()
}
