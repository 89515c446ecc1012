/**
 * The final audit: every partition, read from its log's start to its end by a fresh client after everything has healed,
 * uncommitted records included. Each partition is read on a connection of its own to its leader; when that fails, the
 * leader is looked up again and the reading goes on, until the deadline. What was not reached is said, never guessed.
 */
import type { Connection } from '@platformatic/kafka'
import type { Bootstrap, Metadata, OffsetRange } from '../model/metadata.ts'
import { readBatches, type BatchInfo } from '../model/record-batches.ts'
import type { TopicPartition } from '../model/recorder.ts'
import { connectMetadata } from './admin.ts'
import { asError, openConnection } from './brokers.ts'
import { codecs } from './codecs.ts'
import { fetchPartition } from './fetch.ts'
import { leaderAddress } from './leader-address.ts'
import { pause, withinDeadline } from './waiting.ts'

const fetchBytes = 4 * 1024 * 1024
const fetchDeadlineMs = 5000

export interface AuditPlan {
  readonly bootstrap: Bootstrap
  readonly topics: readonly string[]
  /** For all partitions together. */
  readonly deadline: { readonly milliseconds: number }
}

/** Called for each record in the order of its offsets; `value` is a view that is overwritten later. */
export type OnAudited = (found: TopicPartition & { readonly offset: number, readonly value: Buffer, readonly batch: BatchInfo }) => void

/** Called for each marker that ends a transaction, in the order of offsets among the records: those of its producer that came before it are decided. */
export type OnMarker = (found: TopicPartition & { readonly producerId: bigint, readonly marker: 'commit' | 'abort' }) => void

export interface AuditVisitor {
  readonly record: OnAudited
  readonly marker: OnMarker
}

export interface AuditedPartition extends OffsetRange {
  /** Every record below `logEnd` was read. */
  readonly complete: boolean
  readonly lastStable: number | undefined
  /** Batches whose checksum did not match; their records were read all the same. */
  readonly damagedBatches: number
  /** What hindered it, where it is not complete. */
  readonly reason?: string
}

export const auditTopics = async ({ bootstrap, topics, deadline }: AuditPlan, visitor: AuditVisitor): Promise<readonly AuditedPartition[]> => {
  const until = performance.now() + deadline.milliseconds
  const metadata = connectMetadata(bootstrap, 'ackproof-audit')
  try {
    const ranges = await askUntil(until, `the offsets of ${topics.join(', ')}`, () => metadata.offsets(topics))

    return await Promise.all(ranges.map(range => auditPartition({ range, metadata, bootstrap, until, visitor })))
  } finally {
    await metadata.close()
  }
}

interface Reading {
  readonly range: OffsetRange
  readonly metadata: Metadata
  readonly bootstrap: Bootstrap
  readonly until: number
  readonly visitor: AuditVisitor
}

interface Progress {
  next: number
  damaged: number
  unreadable: number
  lastStable: number | undefined
}

const auditPartition = async (reading: Reading): Promise<AuditedPartition> => {
  const { range, until } = reading
  const progress: Progress = { next: range.logStart, damaged: 0, unreadable: 0, lastStable: undefined }
  let reason = 'the deadline passed'

  while (progress.next < range.logEnd && performance.now() < until) {
    try {
      await readFromLeader(reading, progress)
    } catch (error) {
      reason = asError(error).message
      await pause(200)
    }
  }
  if (progress.unreadable > 0) reason = `${progress.unreadable} record batches could not be taken apart`
  const complete = progress.next >= range.logEnd && progress.unreadable === 0

  return { ...range, complete, lastStable: progress.lastStable, damagedBatches: progress.damaged, ...(complete ? {} : { reason }) }
}

const readFromLeader = async ({ range, metadata, bootstrap, until, visitor }: Reading, progress: Progress): Promise<void> => {
  const connection = await openConnection(await leaderAddress(metadata, bootstrap, range), 'ackproof-audit')
  try {
    while (progress.next < range.logEnd && performance.now() < until) await readOnce(connection, range, progress, visitor)
  } finally {
    // The audit has what it came for; how the connection ends changes nothing.
    void connection.close().catch(() => undefined)
  }
}

const readOnce = async (connection: Connection, { topic, partition, logEnd }: OffsetRange, progress: Progress, visitor: AuditVisitor): Promise<void> => {
  const where: TopicPartition = { topic, partition }
  const asked = progress.next
  const answer = await withinDeadline(
    fetchPartition(connection, { ...where, offset: asked, mostBytes: fetchBytes }), `records of ${where.topic}-${where.partition}`, fetchDeadlineMs
  )
  if (answer.errorCode !== 0) throw new Error(`The fetch of ${where.topic}-${where.partition} at ${asked} failed with code ${answer.errorCode}.`)

  const read = readBatches(answer.batches, {
    codecs,
    onBatch: ({ marker, producerId, lastOffset }) => {
      if (marker !== undefined && lastOffset >= asked && lastOffset < logEnd) visitor.marker({ ...where, producerId, marker })
    },
    onRecord: (offset, value, batch) => {
      // A fetch from inside a batch brings the whole batch, and any fetch what was appended after the log's end was asked for.
      if (offset >= asked && offset < logEnd) visitor.record({ ...where, offset, value, batch })
    }
  })
  if (read.nextOffset === undefined || read.nextOffset <= asked) throw new Error(`The fetch of ${where.topic}-${where.partition} at ${asked} brought no whole batch.`)

  progress.next = read.nextOffset
  progress.damaged += read.damaged
  progress.unreadable += read.unreadable
  progress.lastStable = answer.lastStable
}

const askUntil = async <Answer>(until: number, what: string, ask: () => Promise<Answer>): Promise<Answer> => {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (performance.now() > until) throw new Error(`Waited for ${what} until the audit's deadline.`, { cause: error })
      await pause(200)
    }
  }
}
