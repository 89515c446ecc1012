/**
 * Where what a reader can be given ends. In a partition with transactions the log goes on behind the last record: with the markers that
 * end them, and, for a reader of committed records only, with those that were aborted. A group that has been given everything
 * stands there, and not at the log's end. It is found from the end, in ever larger steps back.
 */
import type { Isolation } from '../model/history.ts'
import type { Bootstrap, Metadata, OffsetRange } from '../model/metadata.ts'
import { readBatches, type BatchInfo } from '../model/record-batches.ts'
import { followTransactions } from '../model/transaction-fates.ts'
import { openConnection } from './brokers.ts'
import { codecs } from './codecs.ts'
import { fetchPartition } from './fetch.ts'
import { leaderAddress } from './leader-address.ts'
import { withinDeadline } from './waiting.ts'

const firstStep = 2000
const fetchBytes = 4 * 1024 * 1024
const fetchDeadlineMs = 5000

export interface RecordEnds {
  readonly bootstrap: Bootstrap
  readonly metadata: Metadata
  readonly isolation: Isolation
}

/** The same ranges, each with its end where the last record ends that a reader is given; `logStart`, if there is none. */
export const recordEnds = (ranges: readonly OffsetRange[], asking: RecordEnds): Promise<readonly OffsetRange[]> =>
  Promise.all(ranges.map(async range => ({ ...range, logEnd: await recordEnd(range, asking) })))

const recordEnd = async (range: OffsetRange, asking: RecordEnds): Promise<number> => {
  for (let step = firstStep; ; step *= 8) {
    const from = Math.max(range.logStart, range.logEnd - step)
    const end = lastReadable(await batchesFrom(range, from, asking), asking.isolation)
    if (end !== undefined || from === range.logStart) return end ?? range.logStart
  }
}

const batchesFrom = async (range: OffsetRange, from: number, { metadata, bootstrap }: RecordEnds): Promise<readonly BatchInfo[]> => {
  const { topic, partition, logEnd } = range
  if (from >= logEnd) return []
  const batches: BatchInfo[] = []
  const connection = await openConnection(await leaderAddress(metadata, bootstrap, range), 'ackproof-ends')
  try {
    for (let next = from; next < logEnd;) {
      const answer = await withinDeadline(fetchPartition(connection, { topic, partition, offset: next, mostBytes: fetchBytes }), `records of ${topic}-${partition}`, fetchDeadlineMs)
      const { nextOffset } = readBatches(answer.batches, { codecs, onBatch: batch => { batches.push(batch) } })
      if (answer.errorCode !== 0 || nextOffset === undefined || nextOffset <= next) throw new Error(`The fetch of ${topic}-${partition} at ${next} brought nothing (code ${answer.errorCode}).`)
      next = nextOffset
    }
  } finally {
    void connection.close().catch(() => undefined)
  }

  return batches
}

/** One past the last record of these batches that a reader is given; undefined: there is none among them. */
export const lastReadable = (batches: readonly BatchInfo[], isolation: Isolation): number | undefined => {
  const fates = followTransactions()
  for (const batch of batches) fates.batch(batch)
  const last = batches.findLast(batch => !batch.control && (isolation === 'read_uncommitted' || fates.fateOf(batch.baseOffset, batch) === 'committed'))

  return last === undefined ? undefined : last.lastOffset + 1
}
