/**
 * A group member on kafkajs. Its commit has one try and no hidden retry (`commitOffsetsIfNecessary` inside a batch;
 * `consumer.commitOffsets` would swallow the error of a stopping consumer). kafkajs also joins again by itself while a batch
 * is still being worked on, so each batch knows the assignment it came by, and is over when that has ended. kafkajs checks no
 * checksums, and crashes for good on some passing errors: then a new instance takes its place.
 */
import type { Batch, Consumer, EachBatchPayload, LogEntry } from 'kafkajs'
import type { MemberClient, MemberListener, MemberOptions } from '../driver.ts'
import { asError } from '../brokers.ts'
import { fetchCommittedOffsets } from '../committed-offsets.ts'
import { endedOrLate, pause } from '../waiting.ts'
import { beginAssignment, type Assignment } from './assignment.ts'
import { noAutomaticCommits, watchAutomaticCommits, type AutomaticCommits } from './automatic-commits.ts'
import { controlBatch, readBatch } from './batch.ts'
import { openKafka, wholeRetry } from './client.ts'
import { isKafkajsError } from './errors.ts'

const restartAfterMs = 500

interface Membership {
  readonly options: MemberOptions
  readonly listener: MemberListener
  readonly commits: AutomaticCommits
  assignment: Assignment | undefined
  consumer: Consumer | undefined
  closed: boolean
}

export const openMember = async (options: MemberOptions, listener: MemberListener): Promise<MemberClient> => {
  const automatic = options.autoCommitIntervalMs !== undefined
  const commits = automatic ? watchAutomaticCommits(listener.committed) : noAutomaticCommits
  const member: Membership = { options, listener, commits, assignment: undefined, consumer: undefined, closed: false }
  await startUntilClosed(member)

  return {
    close: async () => {
      member.closed = true
      // Leaving needs the coordinator, which may be out of reach; the session's end does the same later.
      await endedOrLate(member.consumer?.disconnect(), 5000)
      endAssignment(member)
    }
  }
}

const startUntilClosed = async (member: Membership): Promise<void> => {
  while (!member.closed) {
    try {
      await start(member)

      return
    } catch (error) {
      member.listener.failed(error instanceof Error ? error.message : String(error))
      await endedOrLate(member.consumer?.disconnect(), restartAfterMs)
      await pause(restartAfterMs)
    }
  }
}

const start = async (member: Membership): Promise<void> => {
  const { options } = member
  const automatic = options.autoCommitIntervalMs !== undefined
  const kafka = openKafka({ ...options, retries: 5, onErrorLog: entry => { hearOutOfRange(member, entry) } })
  const consumer = kafka.consumer({
    groupId: options.group,
    sessionTimeout: options.sessionTimeoutMs,
    rebalanceTimeout: Math.max(options.sessionTimeoutMs, 10_000),
    heartbeatInterval: Math.max(200, Math.floor(options.sessionTimeoutMs / 10)),
    maxWaitTimeInMs: 500,
    readUncommitted: options.isolation === 'read_uncommitted',
    allowAutoTopicCreation: false,
    retry: { ...wholeRetry(10), restartOnFailure: async () => !member.closed }
  })
  member.consumer = consumer
  listen(member, consumer)

  await consumer.connect()
  await consumer.subscribe({ topics: [...options.topics], fromBeginning: options.reset !== 'latest' })
  await consumer.run({
    autoCommit: automatic,
    ...(automatic ? { autoCommitInterval: options.autoCommitIntervalMs } : {}),
    eachBatchAutoResolve: false,
    eachBatch: payload => crashOnOurBugs(() => workOn(member, payload))
  })
}

const listen = (member: Membership, consumer: Consumer): void => {
  const { GROUP_JOIN, REBALANCING, CRASH } = consumer.events
  member.commits.watch(consumer)

  consumer.on(GROUP_JOIN, ({ payload }) => {
    endAssignment(member)
    const owned = Object.entries(payload.memberAssignment)
      .flatMap(([topic, partitions]) => partitions.map(partition => ({ topic, partition })))
    member.assignment = beginAssignment(owned, member.listener, () => fetchCommittedOffsets({ ...member.options, partitions: owned }))
  })
  // kafkajs has stopped all work when it says so, and is about to join again.
  consumer.on(REBALANCING, () => { endAssignment(member) })
  consumer.on(CRASH, ({ payload }) => {
    endAssignment(member)
    member.listener.failed(payload.error.message)
    if (!payload.restart && !member.closed) void pause(restartAfterMs).then(() => startUntilClosed(member))
  })
}

const endAssignment = (member: Membership): void => {
  member.commits.giveUp()
  member.assignment?.end()
  member.assignment = undefined
}

const hearOutOfRange = (member: Membership, { log }: LogEntry): void => {
  if (!log.message.startsWith('Offset out of range')) return

  member.assignment?.outOfRange({ topic: String(log['topic']), partition: Number(log['partition']) })
}

const workOn = async (member: Membership, payload: EachBatchPayload): Promise<void> => {
  const { assignment } = member
  if (assignment === undefined) return

  const { topic, partition } = payload.batch
  member.commits.giveUp({ topic, partition })
  await assignment.fetched({ topic, partition }, fetchedOffset(payload.batch))
  if (!assignment.active()) return

  const batch = readBatch(payload.batch)
  const control = controlBatch(payload, assignment, member.commits)
  await member.listener.batch(batch, control)
  const failure = control.failure()
  // kafkajs learns from the error whether it must join again.
  if (failure !== undefined) throw asError(failure)
}

/** The offset that the fetch asked for: kafkajs has it, though its types do not say so. */
const fetchedOffset = (batch: Batch): number =>
  Number('fetchedOffset' in batch && typeof batch.fetchedOffset === 'string' ? batch.fetchedOffset : batch.firstOffset())

/** kafkajs would log an error that is not its own and fetch the batch again, without end. */
const crashOnOurBugs = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    if (!isKafkajsError(error)) setImmediate(() => { throw error })
    throw error
  }
}
